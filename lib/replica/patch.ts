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
  /** Where an answer told of it, which names nobody: the version of the task that it told; its event may name who ([OB33]). */
  readonly asOf?: number;
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

/** Some keys. */
interface Keys {
  has(key: string): boolean;
}

/** What only some patches tell. */
interface Rarities {
  receipts: readonly ConflictReceipt[];
  settled: readonly string[];
  replaced: readonly string[];
}

/** Shared by all patches; nothing is ever added to it. */
const NONE: never[] = [];
const NO_RARITIES: Readonly<Rarities> = { receipts: NONE, settled: NONE, replaced: NONE };

/**
 * Gathers what one or more replica changes did, for whoever shows it. Most patches tell of one event of one task: that one
 * stands in the patch itself, and lists are made only for what comes after it ([RP47]).
 */
export class Patch<T extends Task = Task> {
  /**
   * Given to nobody. Patches live shortly, and the compiler forgets all that it knows of a shape when memory is collected
   * while no object of it is left.
   */
  static readonly lasting: Patch = new Patch();

  #touched: string | undefined;
  #moreTouched: string[] | undefined;
  #shown: TaskEntry<T> | undefined;
  #moreShown: TaskEntry<T>[] | undefined;
  #event: TaskEvent<T> | undefined;
  #before: T | undefined;
  #after: T | undefined;
  #base: T | undefined;
  #moreHeard: HeardEvent<T>[] | undefined;
  #hasOtherMembers = false;
  #isQuiet = false;
  #rarities: Rarities | undefined;

  /** Keys of the tasks of which anything changed, seen or not; some more than once. */
  get touched(): readonly string[] {
    return listOf(this.#touched, this.#moreTouched);
  }

  /** How many {@link touched} are; nothing is made for it. */
  get touchCount(): number {
    return this.#touched === undefined ? 0 : 1 + (this.#moreTouched?.length ?? 0);
  }

  /** The tasks that are seen otherwise than before, some more than once; what each is now stands in its entry. */
  get shown(): readonly TaskEntry<T>[] {
    return listOf(this.#shown, this.#moreShown);
  }

  /** Is any task seen otherwise than before? */
  get isSeen(): boolean {
    return this.#shown !== undefined;
  }

  /** Did a task come into sight or go out of it? */
  get hasOtherMembers(): boolean {
    return this.#hasOtherMembers;
  }

  get receipts(): readonly ConflictReceipt[] {
    return (this.#rarities ?? NO_RARITIES).receipts;
  }

  /** Mutations that need no sending any more: acknowledged by their echo, or withdrawn. */
  get settled(): readonly string[] {
    return (this.#rarities ?? NO_RARITIES).settled;
  }

  /** Channels whose whole set has arrived. */
  get replaced(): readonly string[] {
    return (this.#rarities ?? NO_RARITIES).replaced;
  }

  /** Did nothing happen that anybody could want to know? */
  get isEmpty(): boolean {
    return this.#touched === undefined && this.#rarities === undefined;
  }

  /** Did an event of others do any of it? */
  get isOfOthers(): boolean {
    return this.#event !== undefined;
  }

  /**
   * Remote changes that altered what is seen, in order. Compared when somebody asks: two states of a task are not compared
   * field by field for a tab that announces nothing.
   */
  get remote(): readonly RemoteChange<T>[] {
    const event = this.#event;
    if (event === undefined) return NONE;
    const first = { event, before: this.#before, after: this.#after, base: this.#base };
    return listOf(first, this.#moreHeard)
      .filter(({ before, after }) => !sameContent(before, after))
      .map(({ event, before, after, base }) => ({ event, task: after ?? before ?? base }));
  }

  /** Forgets everything; whoever gave it to listeners may use it again once they have returned ([RP48]). */
  clear(): void {
    this.#touched = undefined;
    this.#moreTouched = undefined;
    this.#shown = undefined;
    this.#moreShown = undefined;
    this.#event = undefined;
    this.#before = undefined;
    this.#after = undefined;
    this.#base = undefined;
    this.#moreHeard = undefined;
    this.#hasOtherMembers = false;
    this.#isQuiet = false;
    this.#rarities = undefined;
  }

  /** Adds each of {@link touched} that is among these; nothing is made for it. */
  addTouched(keys: Set<string>, among: Keys): void {
    if (this.#touched === undefined) return;
    if (among.has(this.#touched)) keys.add(this.#touched);
    if (this.#moreTouched !== undefined) for (const key of this.#moreTouched) if (among.has(key)) keys.add(key);
  }

  /** Adds the keys of {@link shown}, all or those that are among these; nothing is made for it. */
  addShown(keys: Set<string>, among?: Keys): void {
    if (this.#shown === undefined) return;
    if (among === undefined || among.has(this.#shown.key)) keys.add(this.#shown.key);
    if (this.#moreShown === undefined) return;
    for (const { key } of this.#moreShown) if (among === undefined || among.has(key)) keys.add(key);
  }

  /** Something about this task changed. */
  touch(key: string): void {
    if (this.#touched === undefined) this.#touched = key;
    else if (this.#moreTouched === undefined) this.#moreTouched = [key];
    else this.#moreTouched.push(key);
  }

  /** A task is seen otherwise than before. */
  show(entry: TaskEntry<T>, change: 'value' | 'members'): void {
    if (change === 'members') this.#hasOtherMembers = true;
    if (this.#shown === undefined) this.#shown = entry;
    else if (this.#moreShown === undefined) this.#moreShown = [entry];
    else this.#moreShown.push(entry);
  }

  /**
   * An event was applied that is no echo.
   *
   * @param base What is known of a task that was not seen.
   */
  hear(event: TaskEvent<T>, before: T | undefined, after: T | undefined, base: T | undefined): void {
    if (this.#isQuiet) return;
    if (this.#event !== undefined) {
      this.#moreHeard ??= [];
      this.#moreHeard.push({ event, before, after, base });
      return;
    }
    this.#event = event;
    this.#before = before;
    this.#after = after;
    this.#base = base;
  }

  /** Does what people are not told of. */
  quietly(change: () => void): void {
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = true;
    change();
    this.#isQuiet = wasQuiet;
  }

  /** Remote changes took values of this user. */
  receipt(receipts: readonly ConflictReceipt[]): void {
    if (receipts.length === 0) return;
    const rare = this.#rare();
    rare.receipts = [...rare.receipts, ...receipts];
  }

  /** Mutations are done with. */
  settle(mutationIds: readonly string[]): void {
    if (mutationIds.length === 0) return;
    const rare = this.#rare();
    rare.settled = [...rare.settled, ...mutationIds];
  }

  /** A channel's whole set has arrived. */
  replace(channel: string): void {
    const rare = this.#rare();
    rare.replaced = [...rare.replaced, channel];
  }

  #rare(): Rarities {
    this.#rarities ??= { ...NO_RARITIES };
    return this.#rarities;
  }
}

function listOf<V>(first: V | undefined, more: readonly V[] = NONE): readonly V[] {
  return first === undefined ? NONE : [first, ...more];
}

/** An empty patch. */
export function createPatch<T extends Task = Task>(): Patch<T> {
  return new Patch();
}
