import type { Actor, Task, TaskEvent, TaskId } from '@/lib/protocol';
import { sameContent } from './same-value';
import type { TaskEntry } from './task-entry';

/**
 * What a remote change took from this user: the server's value stands, yours can be put back in one action. `field` is
 * `'*'` when the whole task went away under a change of yours.
 */
export interface ConflictReceipt {
  /** One per task and field: a later receipt replaces an earlier one. */
  readonly id: string;
  readonly taskId: TaskId;
  readonly field: string;
  readonly yours: unknown;
  readonly theirs: unknown;
  readonly actor?: Actor;
}

/** A remote change that altered what the user sees: what people are told about. */
export interface RemoteChange<T extends Task = Task> {
  readonly event: TaskEvent<T>;
  /** The task after the change; the last known one after a delete, where it is known. */
  readonly task: T | undefined;
}

/** An event that was applied and is no echo, with what was seen before and after it. */
interface HeardEvent<T extends Task> {
  readonly event: TaskEvent<T>;
  readonly before: T | undefined;
  readonly after: T | undefined;
  /** What is known of a task that was not seen. */
  readonly base: T | undefined;
}

/** Gathers what one or more replica changes did, for whoever shows it. */
export class Patch<T extends Task = Task> {
  /**
   * Given to nobody. Patches live shortly, and the compiler forgets all that it knows of a shape when memory is collected
   * while no object of it is left.
   */
  static readonly lasting: Patch = new Patch();

  /** Keys of the tasks of which anything changed, seen or not; some more than once. */
  declare readonly touched: string[];
  /** The tasks that are seen otherwise than before, some more than once; what each is now stands in its entry. */
  declare readonly shown: TaskEntry<T>[];
  /** Did a task come into sight or go out of it? */
  declare hasOtherMembers: boolean;
  /** Events of others, in order; own echoes and what came too late are not among them. */
  declare readonly heard: HeardEvent<T>[];
  declare readonly receipts: ConflictReceipt[];
  /** Mutations that need no sending any more: acknowledged by their echo, or withdrawn. */
  declare readonly settled: string[];
  /** Channels whose whole set has arrived. */
  declare readonly replaced: string[];

  // Plain assignments: there is a patch for each event, and fields with initialisers cost several times as much.
  constructor() {
    this.touched = [];
    this.shown = [];
    this.hasOtherMembers = false;
    this.heard = [];
    this.receipts = [];
    this.settled = [];
    this.replaced = [];
  }

  /**
   * Remote changes that altered what is seen, in order. Compared when somebody asks: two states of a task are not compared
   * field by field for a tab that announces nothing.
   */
  get remote(): readonly RemoteChange<T>[] {
    return this.heard
      .filter(({ before, after }) => !sameContent(before, after))
      .map(({ event, before, after, base }) => ({ event, task: after ?? before ?? base }));
  }
}

/** An empty patch. */
export function createPatch<T extends Task = Task>(): Patch<T> {
  return new Patch();
}

/** Did nothing happen that anybody could want to know? */
export function isEmptyPatch<T extends Task>({ touched, receipts, settled, replaced }: Patch<T>): boolean {
  return touched.length + receipts.length + settled.length + replaced.length === 0;
}
