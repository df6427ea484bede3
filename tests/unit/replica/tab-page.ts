import { expect } from 'vitest';
import { type Mutation, type Task, type TaskList, taskKey } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { type FakeDisk, rest } from '@/tests/unit/sync/fake-device';
import { bench, CHANNEL, passTime, turns } from '@/tests/unit/sync/fixtures';
import { type AccessServer, PROJECT_CHANNEL } from './access-server';
import { Requests } from './requests';
import { TabChannel } from './tab-channel';
import { TabKnowledge } from './tab-knowledge';

interface AskedList {
  readonly give: (list: TaskList) => void;
  readonly fail: (error: Error) => void;
  reading?: { readonly time: number; readonly tasks: readonly Task[] };
}

/** One tab, from its load to its end, on a disk that outlives it. */
export class TabPage {
  readonly device: ReturnType<FakeDisk['device']>;
  readonly channels: readonly TabChannel[];
  readonly #leavers: (() => void)[] = [];
  readonly #page: ReturnType<typeof bench>;
  readonly #requests = new Requests();
  readonly #lists: AskedList[] = [];
  readonly #knowledge = new TabKnowledge();
  #epoch: string | undefined;

  constructor(
    readonly server: AccessServer,
    disk: FakeDisk,
  ) {
    this.device = disk.device();
    const device = { ...this.device, onLeave: (listener: () => void) => this.#onLeave(listener) };
    this.#page = bench({ device, channels: [CHANNEL, PROJECT_CHANNEL] });
    this.#page.connector.fetchTasks = () =>
      new Promise((give, fail) => {
        this.#lists.push({ give, fail });
      });
    this.channels = [CHANNEL, PROJECT_CHANNEL].map((name) => new TabChannel(name, server));
  }

  /** Loads a page, which shows what is kept. */
  static async open(server: AccessServer, disk: FakeDisk): Promise<TabPage> {
    const page = new TabPage(server, disk);
    await rest();
    for (const channel of page.channels) {
      const kept = page.#page.connection.positions?.[channel.name];
      if (kept !== undefined) channel.place(kept);
      page.#epoch ??= kept?.epoch;
    }
    page.#collect();
    return page;
  }

  get session() {
    return this.#page.session;
  }

  get shown(): readonly string[] {
    return viewAll(this.session.replica).map(({ id }) => taskKey(id));
  }

  get isCurrent(): boolean {
    return this.channels.every(({ state, epoch }) => state === 'live' && epoch === this.server.epoch);
  }

  submit(mutation: Mutation): void {
    this.session.submit(mutation);
    this.#collect();
  }

  serve(index: number): void {
    this.#requests.serve(index, (mutation) => {
      const answer = this.server.answer(mutation);
      this.#knowledge.served(mutation, answer, this.server);
      return answer;
    });
  }

  async land(index: number, isLost: boolean): Promise<void> {
    const request = this.#requests.end(index, isLost);
    if (request === undefined) return;
    const { answer, flight } = request;
    if (isLost || answer === undefined) await flight.fail();
    else {
      this.#knowledge.answered(this.session.replica, flight.mutation, answer);
      await flight.answer(answer);
    }
    this.#collect();
  }

  hear(index: number): void {
    const channel = this.#channel(index);
    const item = channel.next();
    if (item === undefined || channel.position === undefined) return;
    this.#knowledge.heard(item);
    const { position } = channel;
    this.#page.connection.hear({ type: 'events', channel: channel.name, position, events: [item] });
    this.#collect();
  }

  /** The socket ends, and a new one asks for every channel. */
  ask(): void {
    for (const channel of this.channels) Object.assign(channel, { state: 'asked', reading: undefined });
    this.#page.connection.become({ state: 'waiting', attempt: 1, retryAt: 0, reason: 'lost' });
    this.#page.connection.become({ state: 'handshaking', attempt: 1 });
    this.#collect();
  }

  /** All of that goes well. */
  connect(): void {
    this.ask();
    for (const index of this.channels.keys()) {
      this.read(index);
      this.arrive(index);
    }
  }

  /** Everything that a channel has arrives. */
  drain(index: number): void {
    const { name, seq = 0 } = this.#channel(index);
    for (let left = this.server.logOf(name).length - seq; left > 0; left -= 1) {
      this.hear(index);
      this.check();
    }
  }

  read(index: number): void {
    this.#channel(index).read();
  }

  /** A whole channel arrives. */
  arrive(index: number): void {
    const channel = this.#channel(index);
    const reading = channel.take();
    const { name, position } = channel;
    if (reading === undefined || position === undefined) return;
    this.#welcome(position.epoch);
    this.#page.connection.hear({ type: 'subscribed', channel: name, recovered: false, replayed: 0, position });
    this.#page.connection.hear({ type: 'snapshot', channel: name, position, tasks: reading.tasks });
    this.#collect();
  }

  /** A channel goes on from where it was left. */
  recover(index: number): void {
    const channel = this.#channel(index);
    const { position, name } = channel;
    if (channel.state !== 'asked' || position === undefined || position.epoch !== this.server.epoch) return;
    Object.assign(channel, { reading: undefined, state: 'live' });
    this.#welcome(position.epoch);
    const { length } = this.server.logOf(name);
    const about = { recovered: true, replayed: length - position.seq, position: { ...position, seq: length } };
    this.#page.connection.hear({ type: 'subscribed', channel: name, ...about });
    this.#collect();
  }

  async pass(): Promise<void> {
    await passTime(this.#page.timers);
    this.#collect();
  }

  refresh(): void {
    this.session.refresh().catch(() => {});
  }

  readList(): void {
    const list = this.#lists.find(({ reading }) => reading === undefined);
    if (list !== undefined) list.reading = { time: this.server.time, tasks: this.server.visible };
  }

  async giveList(isLost: boolean): Promise<void> {
    const list = this.#lists.shift();
    if (list === undefined) return;
    const { reading, give, fail } = list;
    if (isLost || reading === undefined) fail(new TypeError('network'));
    else {
      this.#knowledge.listed(reading.tasks, reading.time);
      give({ tasks: reading.tasks, positions: {}, complete: true });
    }
    await turns();
    this.#collect();
  }

  /** Everything that is under way arrives. */
  async finish(check: () => void): Promise<void> {
    for (let sent = 0; this.#requests.size > 0; sent += 1) {
      // A change that is refused again and again would go on for ever.
      expect(sent).toBeLessThan(200);
      this.serve(0);
      await this.land(0, false);
      check();
    }
    for (const index of this.channels.keys()) this.drain(index);
    await this.pass();
    check();
    while (this.#lists.length > 0) {
      this.readList();
      await this.giveList(false);
      check();
    }
  }

  /** The page ends: with a word, or without. */
  async end(isKilled: boolean, isServed: boolean): Promise<void> {
    for (let each = 0; isServed && each < this.#requests.size; each += 1) this.serve(0);
    if (!isKilled) {
      for (const leave of this.#leavers) leave();
      await rest();
    }
    this.device.die();
  }

  /** What is on the screen has a reason, and what has to be there is. */
  check(): void {
    this.#knowledge.check(this.session.replica, this.channels);
  }

  #onLeave(listener: () => void): () => void {
    this.#leavers.push(listener);
    return () => {};
  }

  #channel(index: number): TabChannel {
    const channel = this.channels[index % this.channels.length];
    if (channel === undefined) throw new Error('no channel');
    return channel;
  }

  #welcome(epoch: string): void {
    this.#page.connection.become({ state: 'connected', since: 0 });
    if (this.#epoch !== undefined && this.#epoch !== epoch) this.#page.connection.hear({ type: 'epoch', epoch });
    if (this.#epoch !== epoch) this.#knowledge.beginEpoch();
    this.#epoch = epoch;
  }

  /** Takes note of the requests that left. */
  #collect(): void {
    this.#requests.collect(this.#page.flights);
  }
}
