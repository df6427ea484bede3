import { expect } from 'vitest';
import { type Task, type TaskList, type TaskUpdate, taskKey } from '@/lib/protocol';
import { baseOf, viewAll } from '@/lib/replica';
import { at, bench, CHANNEL, passTime, turns, wireUpdate } from '@/tests/unit/sync/fixtures';
import { task } from './fixtures';
import { ModelServer } from './model-server';
import { Requests } from './requests';

/** What was read at one moment and arrives at a later one. */
interface Reading {
  readonly seq: number;
  readonly tasks: readonly Task[];
}

/**
 * One device of one user, a service that others use too, and every step of what travels between them. It keeps what the
 * user may rely on: own tasks have to be seen until something newer says that they are gone, and what is gone stays so.
 */
export class ScreenWorld {
  readonly server = new ModelServer();
  readonly #page = bench();
  readonly #requests = new Requests();
  readonly #lists: { readonly give: (list: TaskList) => void; readonly told: ReadonlyMap<string, Task> }[] = [];
  #listRead: Reading | undefined;
  #state: 'down' | 'asked' | 'live' = 'down';
  #reading: Reading | undefined;
  #seq = 0;
  #made = 0;
  /** Own new tasks that were answered, and those of them that no channel has told of. */
  readonly #own = new Set<string>();
  readonly #answered = new Map<string, Task>();
  #answeredWhenAsked = new Set<string>();
  /** What the channel has told of. */
  readonly #placed = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #deleted = new Set<string>();

  constructor() {
    this.#page.connector.fetchTasks = () =>
      new Promise((give) => {
        this.#lists.push({ give, told: new Map(this.#answered) });
      });
    for (const id of ['a', 'b']) this.server.remote(id, { title: id });
    this.ask(true);
    this.read();
    this.arrive();
  }

  get #shown(): readonly string[] {
    return viewAll(this.#page.session.replica).map(({ id }) => taskKey(id));
  }

  create(): void {
    const taskId = `n${++this.#made}`;
    this.#own.add(taskId);
    const about = { id: `m${taskId}`, taskId, task: { title: taskId }, draft: task(taskId, 0) };
    this.#page.session.submit({ kind: 'create', ...about });
    this.#collect();
  }

  change(index: number, kind: 'update' | 'delete'): void {
    const taskId = this.#shown[index % Math.max(1, this.#shown.length)];
    if (taskId === undefined) return;
    const about = { id: `m${++this.#made}`, taskId };
    if (kind === 'delete') this.#deleted.add(taskId);
    const changes = { title: about.id };
    this.#page.session.submit(kind === 'update' ? { kind, ...about, changes } : { kind, ...about });
    this.#collect();
  }

  /** Somebody else changes a task that is there; what was deleted stays so. */
  remote(index: number, kind: 'update' | 'delete' | 'create'): void {
    const ids = [...this.server.tasks.keys()];
    const id = kind === 'create' ? `r${++this.#made}` : ids[index % Math.max(1, ids.length)];
    if (id !== undefined) this.server.remote(id, kind === 'delete' ? kind : { priority: index % 2 ? 'high' : 'low' });
  }

  /** The service carries a request out. */
  serve(index: number): void {
    this.#requests.serve(index, (mutation) => this.server.answer(mutation));
  }

  /** An answer arrives, or the network fails. */
  async land(index: number, isLost: boolean): Promise<void> {
    const request = this.#requests.end(index, isLost);
    if (request === undefined) return;
    const { flight, answer } = request;
    if (isLost || answer === undefined) await flight.fail();
    else {
      const { mutation } = flight;
      const key = taskKey(mutation.taskId);
      const base = baseOf(this.#page.session.replica, key);
      const isSame = 'baseVersion' in mutation && mutation.baseVersion === base?.version;
      const saysGone = answer.outcome === 'gone' || (answer.outcome === 'done' && answer.task === undefined);
      if (saysGone && isSame) this.#gone.add(key);
      if (answer.outcome === 'done' && answer.task !== undefined) {
        if (mutation.kind === 'delete') this.#gone.add(key);
        else this.#answered.set(key, answer.task as Task);
      }
      await flight.answer(answer);
    }
    this.#collect();
  }

  /** The next event of the channel arrives. */
  hear(): void {
    const event = this.#state === 'live' ? this.server.log[this.#seq] : undefined;
    if (event === undefined) return;
    this.#seq += 1;
    const key = taskKey(event.taskId);
    if (event.kind === 'deleted') this.#gone.add(key);
    else this.#placed.add(key);
    const after = event.task ?? task(event.taskId, event.version ?? 0);
    const name = `task.${event.kind}` as TaskUpdate['event'];
    const extra = event.mutationId === undefined ? {} : { mutationId: event.mutationId };
    const events = [wireUpdate(name, after, this.#seq, extra)];
    this.#page.connection.hear({ type: 'events', channel: CHANNEL, position: at(this.#seq), events });
    this.#collect();
  }

  /** The channel is asked for anew, on a new socket or on the one that is there. */
  ask(isNew: boolean): void {
    this.#state = 'asked';
    this.#reading = undefined;
    if (!isNew) return;
    this.#page.connection.become({ state: 'waiting', attempt: 1, retryAt: 0, reason: 'lost' });
    this.#page.connection.become({ state: 'handshaking', attempt: 1 });
    this.#answeredWhenAsked = new Set(this.#answered.keys());
  }

  read(): void {
    if (this.#state === 'asked') this.#reading ??= this.#readNow();
  }

  arrive(): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    this.#reading = undefined;
    this.#state = 'live';
    this.#seq = reading.seq;
    const listed = new Set(reading.tasks.map(({ id }) => taskKey(id)));
    for (const key of [...this.#placed, ...this.#answeredWhenAsked]) if (!listed.has(key)) this.#leave(key);
    for (const key of listed) this.#placed.add(key);
    const about = { channel: CHANNEL, position: at(reading.seq) };
    this.#page.connection.become({ state: 'connected', since: 0 });
    this.#page.connection.hear({ ...about, type: 'subscribed', recovered: false, replayed: 0 });
    this.#page.connection.hear({ ...about, type: 'snapshot', tasks: reading.tasks });
    this.#collect();
  }

  /** The service sends what was missed. */
  recover(): void {
    if (this.#state !== 'asked') return;
    this.#reading = undefined;
    this.#state = 'live';
    const { length } = this.server.log;
    const replayed = length - this.#seq;
    this.#page.connection.become({ state: 'connected', since: 0 });
    const position = at(length);
    this.#page.connection.hear({ type: 'subscribed', channel: CHANNEL, recovered: true, replayed, position });
    this.#collect();
  }

  /** Everything that waits for its time has it. */
  async pass(): Promise<void> {
    await passTime(this.#page.timers);
    this.#collect();
  }

  readList(): void {
    if (this.#lists.length > 0) this.#listRead ??= this.#readNow();
  }

  async giveList(): Promise<void> {
    const reading = this.#listRead;
    const list = reading && this.#lists.shift();
    if (list === undefined) return;
    this.#listRead = undefined;
    const listed = new Set(reading?.tasks.map(({ id }) => taskKey(id)));
    for (const [key, answer] of list.told) {
      const isSame = baseOf(this.#page.session.replica, key) === answer;
      if (!listed.has(key) && !this.#placed.has(key) && isSame) this.#leave(key);
    }
    list.give({ tasks: reading?.tasks ?? [], positions: {}, complete: true });
    await turns();
    this.#collect();
  }

  /** After each step. */
  check(): void {
    const shown = new Set(this.#shown);
    expect(shown.size).toBe(this.#shown.length);
    for (const key of this.#own) {
      if (!this.#gone.has(key) && !this.#deleted.has(key)) expect([...shown]).toContain(key);
    }
    // A new task whose answer was not heard may be made by the next attempt.
    for (const key of this.#gone) if (!this.#isBeingMade(key)) expect([...shown]).not.toContain(key);
  }

  /** All that travels arrives. */
  async settle(): Promise<void> {
    if (this.#state !== 'live') {
      this.read();
      this.arrive();
    }
    for (let round = 0; round < 30; round++) {
      while (this.#requests.size > 0) {
        this.serve(0);
        await this.land(0, false);
        this.check();
      }
      while (this.#seq < this.server.log.length) {
        this.hear();
        this.check();
      }
      await this.pass();
      this.readList();
      await this.giveList();
      this.check();
    }
    const sorted = (tasks: Iterable<Task>) => [...tasks].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
    expect(sorted(viewAll(this.#page.session.replica))).toEqual(sorted(this.server.tasks.values()));
    expect(this.#page.session.replica.pending.size).toBe(0);
  }

  #readNow(): Reading {
    return { seq: this.server.log.length, tasks: [...this.server.tasks.values()] };
  }

  #leave(key: string): void {
    if (!this.#isBeingMade(key)) this.#gone.add(key);
  }

  #isBeingMade(key: string): boolean {
    const lane = this.#page.session.replica.pending.get(key) ?? [];
    return lane.some(({ mutation }) => mutation.kind === 'create');
  }

  /** Takes note of the requests that left. */
  #collect(): void {
    this.#requests.collect(this.#page.flights);
  }
}
