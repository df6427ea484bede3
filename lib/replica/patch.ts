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

/** Shared by all patches; nothing is ever added to it. */
const NONE: never[] = [];

/** Gathers what one or more replica changes did, for whoever shows it. */
export class Patch<T extends Task = Task> {
  /**
   * Given to nobody. Patches live shortly, and the compiler forgets all that it knows of a shape when memory is collected
   * while no object of it is left.
   */
  static readonly lasting: Patch = new Patch();

  #touched: string[];
  #shown: TaskEntry<T>[];
  #heard: HeardEvent<T>[];
  #hasOtherMembers: boolean;
  #receipts: readonly ConflictReceipt[];
  #settled: readonly string[];
  #replaced: readonly string[];

  // Most patches tell of one event: what they lack is one list that all share, what they have is made to measure.
  constructor() {
    this.#touched = NONE;
    this.#shown = NONE;
    this.#heard = NONE;
    this.#hasOtherMembers = false;
    this.#receipts = NONE;
    this.#settled = NONE;
    this.#replaced = NONE;
  }

  /** Keys of the tasks of which anything changed, seen or not; some more than once. */
  get touched(): readonly string[] {
    return this.#touched;
  }

  /** The tasks that are seen otherwise than before, some more than once; what each is now stands in its entry. */
  get shown(): readonly TaskEntry<T>[] {
    return this.#shown;
  }

  /** Did a task come into sight or go out of it? */
  get hasOtherMembers(): boolean {
    return this.#hasOtherMembers;
  }

  get receipts(): readonly ConflictReceipt[] {
    return this.#receipts;
  }

  /** Mutations that need no sending any more: acknowledged by their echo, or withdrawn. */
  get settled(): readonly string[] {
    return this.#settled;
  }

  /** Channels whose whole set has arrived. */
  get replaced(): readonly string[] {
    return this.#replaced;
  }

  /** Did an event of others do any of it? */
  get isOfOthers(): boolean {
    return this.#heard.length > 0;
  }

  /**
   * Remote changes that altered what is seen, in order. Compared when somebody asks: two states of a task are not compared
   * field by field for a tab that announces nothing.
   */
  get remote(): readonly RemoteChange<T>[] {
    return this.#heard
      .filter(({ before, after }) => !sameContent(before, after))
      .map(({ event, before, after, base }) => ({ event, task: after ?? before ?? base }));
  }

  /** Something about this task changed. */
  touch(key: string): void {
    this.#touched = withOne(this.#touched, key);
  }

  /** A task is seen otherwise than before. */
  show(entry: TaskEntry<T>, change: 'value' | 'members'): void {
    this.#shown = withOne(this.#shown, entry);
    if (change === 'members') this.#hasOtherMembers = true;
  }

  /** An event was applied that is no echo. */
  hear(heard: HeardEvent<T>): void {
    this.#heard = withOne(this.#heard, heard);
  }

  /** Does what people are not told of. */
  quietly(change: () => void): void {
    const heard = this.#heard;
    this.#heard = NONE;
    change();
    this.#heard = heard;
  }

  /** Remote changes took values of this user. */
  receipt(receipts: readonly ConflictReceipt[]): void {
    this.#receipts = [...this.#receipts, ...receipts];
  }

  /** Mutations are done with. */
  settle(mutationIds: readonly string[]): void {
    this.#settled = [...this.#settled, ...mutationIds];
  }

  /** A channel's whole set has arrived. */
  replace(channel: string): void {
    this.#replaced = [...this.#replaced, channel];
  }
}

function withOne<V>(list: V[], value: V): V[] {
  if (list.length === 0) return [value];
  list.push(value);
  return list;
}

/** An empty patch. */
export function createPatch<T extends Task = Task>(): Patch<T> {
  return new Patch();
}

/** Did nothing happen that anybody could want to know? */
export function isEmptyPatch<T extends Task>({ touched, receipts, settled, replaced }: Patch<T>): boolean {
  return touched.length + receipts.length + settled.length + replaced.length === 0;
}
