import { type Task, taskKey } from '@/lib/protocol';
import type { AccessServer, Item } from './access-server';

/** What was read at one moment and arrives at a later one. */
export interface Reading {
  readonly epoch: string;
  readonly seq: number;
  readonly time: number;
  readonly tasks: readonly Task[];
}

/** How far one tab has come in one channel, and what it knows by that. */
export class TabChannel {
  state: 'down' | 'asked' | 'live' = 'down';
  reading: Reading | undefined;
  epoch: string | undefined;
  /** `undefined`: nowhere. */
  seq: number | undefined;
  /** Which tasks it knows to be in the channel, and of when that is. */
  readonly placed = new Map<string, number>();
  /** Of when the last thing is that it heard. */
  heardAt = -1;

  constructor(
    readonly name: string,
    readonly server: AccessServer,
  ) {}

  get position() {
    return this.epoch === undefined || this.seq === undefined ? undefined : { epoch: this.epoch, seq: this.seq };
  }

  /** A page that was kept stands here: it knows what the log says until here. */
  place({ epoch, seq }: { epoch: string; seq: number }): void {
    Object.assign(this, { epoch, seq });
    if (epoch !== this.server.epoch) return;
    for (const item of this.server.logOf(this.name).slice(0, seq)) this.#learn(item);
  }

  /** The next thing that a connection says; `undefined` where there is none. */
  next(): Item | undefined {
    if (this.state !== 'live' || this.epoch !== this.server.epoch || this.seq === undefined) return undefined;
    const item = this.server.logOf(this.name)[this.seq];
    if (item === undefined) return undefined;
    this.seq += 1;
    this.#learn(item);
    return item;
  }

  read(): void {
    const { epoch, time } = this.server;
    const { length } = this.server.logOf(this.name);
    if (this.state === 'asked') this.reading ??= { epoch, time, seq: length, tasks: this.server.tasksOf(this.name) };
  }

  /** The whole set arrives, where it was read. */
  take(): Reading | undefined {
    const { reading } = this;
    if (this.state !== 'asked' || reading === undefined || reading.epoch !== this.server.epoch) return undefined;
    Object.assign(this, { reading: undefined, state: 'live', epoch: reading.epoch, seq: reading.seq });
    this.placed.clear();
    for (const { id } of reading.tasks) this.placed.set(taskKey(id), reading.time);
    this.heardAt = reading.time;
    return reading;
  }

  /** Does it know that a task that was seen at this time is not in the channel any more? */
  isPast(key: string, time: number): boolean {
    return this.state === 'live' && this.epoch === this.server.epoch && !this.placed.has(key) && this.heardAt > time;
  }

  /** Must a task be seen, since it was in the channel and never left it? */
  mustShow(key: string, answeredAt = -1): boolean {
    const since = this.server.since.get(this.name)?.get(key);
    return since !== undefined && since <= Math.max(answeredAt, this.placed.get(key) ?? -1);
  }

  #learn(item: Item): void {
    this.heardAt = this.server.times.get(item) ?? 0;
    const key = taskKey(item.type === 'task_update' ? item.taskId : item.target.taskId);
    if (item.type === 'task_update' && item.event !== 'task.deleted') this.placed.set(key, this.heardAt);
    else this.placed.delete(key);
  }
}
