import { expect } from 'vitest';
import { type Mutation, type MutationAnswer, type Task, taskKey } from '@/lib/protocol';
import { baseOf, findPending, type Replica, viewAll } from '@/lib/replica';
import type { AccessServer, Item } from './access-server';
import type { TabChannel } from './tab-channel';

/** What a tab was told besides by its channels, and what may be seen by all of that. */
export class TabKnowledge {
  /** Of when the last answer or list is that showed a task. */
  readonly #seenAt = new Map<string, number>();
  /** Which tasks an answer to their creation or restoration told of. */
  readonly #made = new Set<string>();
  /** Own new tasks of which an answer told, and of when it is, until something says that they went. */
  readonly #own = new Map<string, number>();
  readonly #servedAt = new Map<string, number>();
  /** The version of the last deletion that was heard of, in the epoch of now. */
  readonly #deleted = new Map<string, number>();

  served({ id }: Mutation, { outcome }: MutationAnswer, { time, doneAt }: AccessServer): void {
    // A repetition gets the first answer, which may be old.
    this.#servedAt.set(id, (outcome === 'done' ? doneAt.get(id) : undefined) ?? time);
  }

  answered(replica: Replica, { id, taskId, kind }: Mutation, answer: MutationAnswer): void {
    const key = taskKey(taskId);
    const task = answer.outcome === 'done' ? answer.task : answer.outcome === 'conflict' ? answer.current : undefined;
    if (task !== undefined && 'title' in task) this.#see(key, this.#servedAt.get(id) ?? -1);
    if (kind === 'create' || kind === 'restore') this.#made.add(key);
    // One whose echo came before says nothing any more.
    const isOpen = findPending(replica, id) !== undefined;
    if (kind === 'create' && task !== undefined && isOpen) this.#own.set(key, this.#servedAt.get(id) ?? -1);
  }

  listed(tasks: readonly Task[], time: number): void {
    for (const { id } of tasks) this.#see(taskKey(id), time);
  }

  heard(item: Item): void {
    if (item.type !== 'task_update') this.#own.delete(taskKey(item.target.taskId));
    else if (item.event === 'task.deleted') {
      this.#own.delete(taskKey(item.taskId));
      this.#deleted.set(taskKey(item.taskId), item.version);
    }
  }

  beginEpoch(): void {
    this.#deleted.clear();
  }

  /** What is on the screen has a reason, and what has to be there is. */
  check(replica: Replica, channels: readonly TabChannel[]): void {
    const keys = viewAll(replica).map(({ id }) => taskKey(id));
    const shown = new Set(keys);
    expect(shown.size).toBe(keys.length);
    for (const key of shown) if (!replica.pending.has(key)) this.#explain(replica, key, channels);
    for (const key of new Set([...this.#own.keys(), ...channels.flatMap(({ placed }) => [...placed.keys()])])) {
      const lane = replica.pending.get(key) ?? [];
      if (shown.has(key) || lane.some(({ mutation }) => mutation.kind === 'delete')) continue;
      if (channels.some((channel) => channel.mustShow(key, this.#own.get(key)))) expect.fail(`${key} flickers`);
    }
  }

  #explain(replica: Replica, key: string, channels: readonly TabChannel[]): void {
    const buried = this.#deleted.get(key) ?? 0;
    const version = baseOf(replica, key)?.version ?? Number.POSITIVE_INFINITY;
    if (version <= buried) expect.fail(`${key} is back from ${buried}`);
    // Whether a snapshot without a new task was read before or after it was made, nobody says: the list tells ([RP55]).
    if (this.#made.has(key) && replica.told.has(key)) return;
    const seenAt = this.#seenAt.get(key) ?? -1;
    if (channels.every((channel) => channel.isPast(key, seenAt))) expect.fail(`${key} is a ghost`);
  }

  #see(key: string, time: number): void {
    this.#seenAt.set(key, Math.max(time, this.#seenAt.get(key) ?? -1));
  }
}
