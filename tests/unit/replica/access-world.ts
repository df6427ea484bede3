import { expect } from 'vitest';
import { type Task, type TaskList, taskKey } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { bench, CHANNEL, passTime, turns } from '@/tests/unit/sync/fixtures';
import { AccessServer } from './access-server';
import { task } from './fixtures';
import { Requests } from './requests';

interface Reading {
  readonly epoch: string;
  readonly seq: number;
  readonly tasks: readonly Task[];
}

/** One device of one user, and that service. */
export class AccessWorld {
  readonly server = new AccessServer();
  readonly #page = bench();
  readonly #requests = new Requests();
  readonly #lists: {
    readonly give: (list: TaskList) => void;
    readonly fail: (error: Error) => void;
    reading?: Reading;
  }[] = [];
  #state: 'down' | 'asked' | 'live' = 'down';
  #reading: Reading | undefined;
  #epoch = 'e1';
  #seq = 0;
  #made = 0;

  /** @param isOfBackend Do the tasks live in another backend? Then lists are read instead of snapshots. */
  constructor(readonly isOfBackend: boolean) {
    this.#page.connector.fetchTasks = () =>
      new Promise((give, fail) => {
        this.#lists.push({ give, fail });
      });
    for (const id of ['a', 'b']) this.server.remote(id, 'create', 'low');
    this.server.backUp();
    this.ask();
    this.read();
    this.arrive();
  }

  get #shown(): readonly string[] {
    return viewAll(this.#page.session.replica).map(({ id }) => taskKey(id));
  }

  create(): void {
    const taskId = `n${++this.#made}`;
    this.#page.session.submit({
      kind: 'create',
      id: `m${taskId}`,
      taskId,
      task: { title: taskId },
      draft: task(taskId, 0),
    });
    this.#collect();
  }

  change(index: number, kind: 'update' | 'delete' | 'restore'): void {
    const ids =
      kind === 'restore'
        ? [...this.#page.session.replica.tombstones.keys(), ...this.#page.session.replica.unborn.keys()]
        : this.#shown;
    const taskId = ids[index % Math.max(1, ids.length)];
    if (taskId === undefined) return;
    const about = { id: `m${++this.#made}`, taskId };
    this.#page.session.submit(
      kind === 'update' ? { kind, ...about, changes: { title: about.id } } : { kind, ...about },
    );
    this.#collect();
  }

  remote(index: number, kind: 'create' | 'update' | 'delete' | 'restore' | 'take' | 'give'): void {
    const ids = [...this.server.rows.keys()];
    const id = ids[index % Math.max(1, ids.length)];
    if (id === undefined) return;
    if (kind === 'take' || kind === 'give') this.server[kind](id);
    else this.server.remote(kind === 'create' ? `r${++this.#made}` : id, kind, index % 2 ? 'high' : 'low');
  }

  serve(index: number): void {
    this.#requests.serve(index, (mutation) => this.server.answer(mutation));
  }

  async land(index: number, isLost: boolean): Promise<void> {
    const request = this.#requests.end(index, isLost);
    if (request === undefined) return;
    if (isLost || request.answer === undefined) await request.flight.fail();
    else await request.flight.answer(request.answer);
    this.#collect();
  }

  hear(): void {
    const item = this.#state === 'live' && this.#epoch === this.server.epoch ? this.server.log[this.#seq] : undefined;
    if (item === undefined) return;
    this.#seq += 1;
    this.#page.connection.hear({ type: 'events', channel: CHANNEL, position: this.#at(this.#seq), events: [item] });
    this.#collect();
  }

  ask(): void {
    this.#state = 'asked';
    this.#reading = undefined;
    this.#page.connection.become({ state: 'waiting', attempt: 1, retryAt: 0, reason: 'lost' });
    this.#page.connection.become({ state: 'handshaking', attempt: 1 });
  }

  read(): void {
    if (this.#state === 'asked') this.#reading ??= this.#readNow();
  }

  arrive(): void {
    const reading = this.#reading;
    if (reading === undefined || reading.epoch !== this.server.epoch) return;
    this.#reading = undefined;
    this.#state = 'live';
    if (reading.epoch !== this.#epoch) this.#page.connection.hear({ type: 'epoch', epoch: reading.epoch });
    this.#epoch = reading.epoch;
    this.#seq = reading.seq;
    const about = { channel: CHANNEL, position: this.#at(reading.seq) };
    this.#page.connection.become({ state: 'connected', since: 0 });
    const subscribed = { ...about, type: 'subscribed', recovered: false, replayed: 0 } as const;
    if (this.isOfBackend) this.#page.connection.hear({ ...subscribed, source: 'backend' });
    else {
      this.#page.connection.hear(subscribed);
      this.#page.connection.hear({ ...about, type: 'snapshot', tasks: reading.tasks });
    }
    this.#collect();
  }

  recover(): void {
    if (this.#state !== 'asked' || this.#epoch !== this.server.epoch) return;
    this.#reading = undefined;
    this.#state = 'live';
    const { length } = this.server.log;
    this.#page.connection.become({ state: 'connected', since: 0 });
    this.#page.connection.hear({
      type: 'subscribed',
      channel: CHANNEL,
      recovered: true,
      replayed: length - this.#seq,
      position: this.#at(length),
    });
    this.#collect();
  }

  /** The service goes back to its backup: every socket ends. */
  goBack(): void {
    const before = this.server.epoch;
    this.server.restore();
    if (this.server.epoch !== before) this.ask();
  }

  async pass(): Promise<void> {
    await passTime(this.#page.timers);
    this.#collect();
  }

  refresh(): void {
    this.#page.session.refresh().catch(() => {});
  }

  readList(): void {
    const list = this.#lists.find(({ reading }) => reading === undefined);
    if (list !== undefined) list.reading = this.#readNow();
  }

  async giveList(isLost: boolean): Promise<void> {
    const list = this.#lists.shift();
    if (list === undefined) return;
    if (isLost || list.reading === undefined) list.fail(new TypeError('network'));
    else list.give({ tasks: list.reading.tasks, positions: {}, complete: true });
    await turns();
    this.#collect();
  }

  check(): void {
    expect(new Set(this.#shown).size).toBe(this.#shown.length);
  }

  async settle(): Promise<void> {
    if (this.#state !== 'live' || this.#epoch !== this.server.epoch) {
      this.ask();
      this.read();
      this.arrive();
    }
    for (let round = 0; round < 30; round++) {
      for (let sent = 0; this.#requests.size > 0; sent += 1) {
        // A change that is refused again and again would go on for ever.
        expect(sent).toBeLessThan(200);
        this.serve(0);
        await this.land(0, false);
        this.check();
      }
      while (this.#seq < this.server.log.length) this.hear();
      this.check();
      await this.pass();
      while (this.#lists.length > 0) {
        this.readList();
        await this.giveList(false);
      }
    }
    const sorted = (tasks: Iterable<Task>) => [...tasks].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
    const { replica } = this.#page.session;
    expect(sorted(viewAll(replica))).toEqual(sorted(this.server.visible));
    expect(replica.pending.size).toBe(0);
  }

  #at(seq: number) {
    return { epoch: this.#epoch, seq };
  }

  #readNow(): Reading {
    return { epoch: this.server.epoch, seq: this.server.log.length, tasks: this.server.visible };
  }

  /** Takes note of the requests that left. */
  #collect(): void {
    this.#requests.collect(this.#page.flights);
  }
}
