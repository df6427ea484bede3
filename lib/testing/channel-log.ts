import type { AccessRemoved, Position, SequencedMessage, Task, TaskEventName, TaskUpdate } from '@/lib/protocol';

/** The history of one channel, in memory: gap-free numbers, a bounded tail for replay and the set of its tasks. */
export class ChannelLog {
  readonly tasks = new Map<string, Task>();
  readonly #events: SequencedMessage[] = [];
  #seq = 0;

  /**
   * @param epoch The epoch of the log.
   * @param maxEvents Older events are forgotten, so that a client that comes back late gets a snapshot.
   */
  constructor(
    readonly channel: string,
    readonly epoch: string,
    readonly maxEvents: number = 1_000,
  ) {}

  /** Where the channel stands. */
  get head(): Position {
    return { epoch: this.epoch, seq: this.#seq };
  }

  /** Creates a task or changes its title. */
  put(id: string, title: string): TaskUpdate {
    const before = this.tasks.get(id);
    const version = (before?.version ?? 0) + 1;
    const time = '2026-01-01T00:00:00Z';
    const task: Task = {
      id,
      title,
      status: 'pending',
      completed: false,
      createdAt: time,
      updatedAt: time,
      ownerId: 'u1',
      version,
    };
    this.tasks.set(id, task);
    return this.#append(this.#update(before ? 'task.updated' : 'task.created', id, task, version));
  }

  /** Deletes a task; an unknown one is deleted all the same. */
  delete(id: string): TaskUpdate {
    const version = (this.tasks.get(id)?.version ?? 0) + 1;
    this.tasks.delete(id);
    return this.#append(this.#update('task.deleted', id, { id, version }, version));
  }

  /** Takes a task out of the channel. */
  revoke(id: string): AccessRemoved {
    this.tasks.delete(id);
    return this.#append({ type: 'access_removed', channel: this.channel, seq: ++this.#seq, target: { taskId: id } });
  }

  /** The events after a position, or `undefined` when they are not all known or the position is not of this history. */
  after(position: Position | undefined): SequencedMessage[] | undefined {
    if (position?.epoch !== this.epoch || position.seq > this.#seq) return undefined;
    const missed = this.#seq - position.seq;
    return missed > this.#events.length ? undefined : this.#events.slice(this.#events.length - missed);
  }

  #update(event: TaskEventName, taskId: string, task: TaskUpdate['task'], version: number): TaskUpdate {
    const seq = ++this.#seq;
    const { channel } = this;
    const timestamp = '2026-01-01T00:00:00Z';
    return { type: 'task_update', event, task, timestamp, channel, seq, version, taskId, eventId: `${channel} ${seq}` };
  }

  #append<E extends SequencedMessage>(event: E): E {
    this.#events.push(event);
    if (this.#events.length > this.maxEvents) this.#events.shift();
    return event;
  }
}
