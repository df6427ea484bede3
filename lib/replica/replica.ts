import type { Actor, Mutation, Task, TaskId } from '@/lib/protocol';
import type { AskedList } from './asked-list';
import { TaskTable } from './task-table';

/** A task that was deleted: keeps its version, so that late news of it can't bring it back ([RP5]). */
export interface Tombstone<T extends Task> {
  readonly version: number | undefined;
  /** When it was put up, in the milliseconds of the caller's monotonic clock. */
  readonly at: number;
  /** The last known task, so that an undo can show it at once. */
  readonly last: T | undefined;
  /** Is it deleted, and not perhaps only taken away from this user? */
  readonly isSure: boolean;
}

/** An own change that the server has not answered yet. */
export interface PendingMutation<T extends Task> {
  readonly mutation: Mutation<T>;
  /** A sent change is decided by its answer, a queued one by the first remote change that meets it ([RP8]). */
  readonly sent: boolean;
  /** May it have left under its id, from this page or from an earlier one? Then nothing is joined with it ([OB22]). */
  readonly tried: boolean;
  /** The base that the change was sent on; tells after a refusal which fields somebody else changed. */
  readonly sentBase: T | undefined;
  /**
   * The tick of its first attempt, whose answer a repetition may get: what came after it is newer than the answer, unless
   * versions say otherwise ([RP3]).
   */
  readonly sentTick: number | undefined;
  /** Who took which of its fields (`'*'`: the task) while it was in flight, and what they made of it. */
  readonly met?: ReadonlyMap<string, { readonly actor: Actor; readonly theirs: unknown }> | undefined;
}

/**
 * Everything a client knows of one user's tasks: what the server said and what is shown (`table`), what this user changed
 * and the server has not answered (`pending`), and the graves of what was deleted. The functions beside this file are the only ones to change
 * it; none of them reads a clock, draws chance or does I/O.
 */
export interface Replica<T extends Task = Task> {
  /** The log's epoch; versions compare only within one. */
  epoch: string | undefined;
  /** What the server said and what is shown, both in one entry per task. */
  readonly table: TaskTable<T>;
  /** The keys that each channel carries; a task is gone when no set holds it. */
  readonly channels: Map<string, Set<string>>;
  /**
   * What an answer or a list alone told, and at which tick: that a task is there (it has a base) or gone. A doubt until a
   * channel says the same, or something that was asked for later says otherwise ([RP54]).
   */
  readonly told: Map<string, number>;
  /** The tick at which each channel was last asked for; what was told later, its snapshot may not know yet. */
  readonly asks: Map<string, number>;
  /** When the last snapshot of each channel was asked for. */
  readonly heard: Map<string, number>;
  /** The lists that travel; each hears of what is taken away meanwhile ([RP51]). */
  readonly travelling: Set<AskedList<T>>;
  readonly tombstones: Map<string, Tombstone<T>>;
  /** Own new tasks that were deleted before they were sent, so that an undo can make them anew. */
  readonly unborn: Map<string, Extract<Mutation<T>, { kind: 'create' }>>;
  /** Own changes by task, in order. */
  readonly pending: Map<string, readonly PendingMutation<T>[]>;
  /** For tasks without versions: the tick at which the last event of each arrived. */
  readonly arrivals: Map<string, number>;
  /** For tasks without versions: the own change that was answered last, whose event has not come yet. */
  readonly echoes: Map<string, Mutation<T>>;
  /** For tasks without versions: the latest time that a message of each was sent at, as the server says. Only raises doubts. */
  readonly saidAt: Map<string, string>;
  /** Counts events, snapshots and what was told; orders them all. */
  tick: number;
  /** The tick of the last snapshot: what it lacked, an answer to an older request must not bring back ([RP9]). */
  snapshotTick: number;
}

/** An empty replica. */
export function createReplica<T extends Task = Task>(): Replica<T> {
  return {
    epoch: undefined,
    table: new TaskTable(),
    channels: new Map(),
    told: new Map(),
    asks: new Map(),
    heard: new Map(),
    travelling: new Set(),
    tombstones: new Map(),
    unborn: new Map(),
    pending: new Map(),
    arrivals: new Map(),
    echoes: new Map(),
    saidAt: new Map(),
    tick: 0,
    snapshotTick: 0,
  };
}

/** Takes note of what an answer or a list says of a task before any channel does. */
export function tell(replica: Replica, key: string): void {
  replica.tick += 1;
  replica.told.set(key, replica.tick);
}

/** Did an answer or a list alone say that a task is gone, and no channel yet? */
export function isToldGone(replica: Replica, key: string): boolean {
  return replica.told.has(key) && baseOf(replica, key) === undefined;
}

/** One task as the server knows it; `undefined` when it has none. */
export function baseOf<T extends Task>(replica: Replica<T>, key: string): T | undefined {
  return replica.table.find(key)?.base;
}

/** One task as the user sees it: the server's value with the own pending changes on top; `undefined` when not visible. */
export function viewOf<T extends Task>(replica: Replica<T>, id: TaskId): T | undefined {
  return replica.table.get(id);
}

/** All visible tasks in the order in which they became so; the same array until one of them changes. */
export function viewAll<T extends Task>(replica: Replica<T>): readonly T[] {
  return replica.table.tasks();
}

/** How many own changes the server has not answered; derived, never counted ([OB6]). */
export function waitingCount(replica: Replica): number {
  if (replica.pending.size === 0) return 0;
  let count = 0;
  for (const lane of replica.pending.values()) count += lane.length;
  return count;
}
