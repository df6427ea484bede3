import { type Task, type TaskId, taskKey } from '@/lib/protocol';
import type { TaskChunk, TaskEntry } from './task-entry';
import { isBeforeEnd, isInWindow, readWindow, type TaskWindow } from './task-window';

/** Small enough to change quickly, large enough to be few. */
const CHUNK_SIZE = 128;

/** So many changed tasks are remembered one by one until somebody reads all. */
const MAX_UNTAKEN = 1_024;

/** What showing a task did: nothing, a new value for a visible task, or another membership of the list. */
export type TableChange = 'none' | 'value' | 'members';

/**
 * The tasks of a replica by key, and the visible ones in the order in which they became so. One change costs the same
 * however long the list is: one look-up finds all that is known of a task, and a chunk alone is touched by what comes or
 * goes ([RP20]).
 */
export class TaskTable<T extends Task = Task> {
  readonly #entries = new Map<string, TaskEntry<T>>();
  readonly #chunks: TaskChunk<T>[] = [];
  #size = 0;
  /** All visible tasks as they were last asked for. */
  #tasks: readonly T[] | undefined = [];
  /** Entries whose tasks the chunks do not hold yet; `undefined`: the chunks hold none at all. */
  #untaken: TaskEntry<T>[] | undefined;
  /** What was last asked for, until something in it changes. */
  #window: TaskWindow<T> | undefined;
  #chunkIds: readonly (readonly string[])[] | undefined = [];

  /** How many tasks are visible. */
  get size(): number {
    return this.#size;
  }

  /** All that is known of a task. */
  find(key: string): TaskEntry<T> | undefined {
    return this.#entries.get(key);
  }

  /** The entry of a task, a new one where nothing is known of it yet; {@link show} takes empty ones away again. */
  open(key: string): TaskEntry<T> {
    return this.#entries.get(key) ?? this.add(key);
  }

  /** {@link open} for a task of which nothing is known. */
  add(key: string): TaskEntry<T> {
    const entry = { key, base: undefined, version: undefined, view: undefined, chunk: undefined, place: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Everything that is known, visible or not, in the order in which it became known. */
  entries(): Iterable<TaskEntry<T>> {
    return this.#entries.values();
  }

  /** Takes what the server says of a task; what is seen of it is {@link show}'s. */
  know(entry: TaskEntry<T>, base: T | undefined): void {
    entry.base = base;
    entry.version = base?.version;
  }

  /**
   * Shows a task in a new state or, with `undefined`, not any more. What comes back after it was only hidden stands where
   * it stood; an entry of which nothing is left goes.
   */
  show(entry: TaskEntry<T>, view: T | undefined): TableChange {
    const { chunk, view: before } = entry;
    if (view === undefined && entry.base === undefined) this.#entries.delete(entry.key);
    if (view === before) return 'none';
    entry.view = view;
    this.#tasks = undefined;
    if (view !== undefined && before !== undefined) {
      if (this.#window !== undefined && chunk !== undefined && isInWindow(this.#window, chunk))
        this.#window = undefined;
      this.#leave(entry);
      return 'value';
    }
    if (view === undefined) this.#remove(entry, chunk);
    else if (chunk !== undefined && this.#chunks.includes(chunk)) this.#putBack(entry, view, chunk);
    else this.#append(entry, view);
    return 'members';
  }

  /** One visible task, or `undefined`. */
  get(id: TaskId): T | undefined {
    return this.#entries.get(taskKey(id))?.view;
  }

  /** All visible tasks; the same array until one of them changes. Costs one copy of the array after a change. */
  tasks(): readonly T[] {
    if (this.#tasks === undefined) {
      this.#take();
      this.#tasks = ([] as T[]).concat(...this.#chunks.map(({ tasks }) => tasks));
    }
    return this.#tasks;
  }

  /**
   * The visible tasks from `start` to before `end`, the same array until one of them changes; costs as much as it returns,
   * whatever stands behind it, and next to nothing when it is asked for again.
   */
  window(start: number, end: number): readonly T[] {
    const last = this.#window;
    if (last !== undefined && last.start === start && last.end === end) return last.tasks;
    this.#window = readWindow(this.#chunks, start, end);
    return this.#window.tasks;
  }

  /** The ids of the visible tasks from `start` to before `end`. */
  keys(start: number, end: number): string[] {
    const keys: string[] = [];
    let first = 0;
    for (const { entries } of this.#chunks) {
      if (first >= end) break;
      for (const { key } of entries.slice(Math.max(0, start - first), end - first)) keys.push(key);
      first += entries.length;
    }
    return keys;
  }

  /** The ids of the visible tasks in chunks; a chunk is the same array until a task of it comes or goes. */
  chunks(): readonly (readonly string[])[] {
    this.#chunkIds ??= this.#chunks.map((chunk) => {
      chunk.ids ??= chunk.entries.map(({ key }) => key);
      return chunk.ids;
    });
    return this.#chunkIds;
  }

  /** Takes note of a changed task; where nobody reads all tasks for long, nothing is kept for such a reading. */
  #leave(entry: TaskEntry<T>): void {
    if (this.#untaken === undefined) return;
    this.#untaken.push(entry);
    if (this.#untaken.length < MAX_UNTAKEN) return;
    this.#untaken = undefined;
    for (const { tasks } of this.#chunks) tasks.length = 0;
  }

  /** Brings the tasks of all chunks up to date. */
  #take(): void {
    if (this.#untaken === undefined) {
      for (const { entries, tasks } of this.#chunks) {
        for (const { view } of entries) if (view !== undefined) tasks.push(view);
      }
    } else {
      for (const entry of this.#untaken) {
        const { chunk, view } = entry;
        if (view !== undefined && chunk !== undefined) chunk.tasks[placeOf(entry, chunk)] = view;
      }
    }
    this.#untaken = [];
  }

  #append(entry: TaskEntry<T>, view: T): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.entries.length >= CHUNK_SIZE) {
      chunk = { order: (chunk?.order ?? 0) + 1, entries: [], tasks: [], ids: undefined };
      this.#chunks.push(chunk);
    }
    entry.chunk = chunk;
    entry.place = chunk.entries.length;
    chunk.entries.push(entry);
    if (this.#untaken !== undefined) chunk.tasks.push(view);
    this.#changeMembers(chunk, 1);
  }

  #putBack(entry: TaskEntry<T>, view: T, chunk: TaskChunk<T>): void {
    chunk.entries.splice(entry.place, 0, entry);
    if (this.#untaken !== undefined) chunk.tasks.splice(entry.place, 0, view);
    // What stands behind it stands further back than it knows.
    chunk.entries.forEach((each, place) => {
      each.place = place;
    });
    this.#changeMembers(chunk, 1);
  }

  #remove(entry: TaskEntry<T>, chunk: TaskChunk<T> | undefined): void {
    if (chunk === undefined) return;
    const place = placeOf(entry, chunk);
    chunk.entries.splice(place, 1);
    if (this.#untaken !== undefined) chunk.tasks.splice(place, 1);
    // The last one is filled again.
    if (chunk.entries.length === 0 && chunk !== this.#chunks.at(-1))
      this.#chunks.splice(this.#chunks.indexOf(chunk), 1);
    this.#changeMembers(chunk, -1);
  }

  #changeMembers(chunk: TaskChunk<T>, by: 1 | -1): void {
    this.#size += by;
    if (this.#window !== undefined && isBeforeEnd(this.#window, chunk)) this.#window = undefined;
    chunk.ids = undefined;
    this.#chunkIds = undefined;
  }
}

/** Finds an entry in its chunk, from where it was last known to stand. */
function placeOf<T extends Task>(entry: TaskEntry<T>, chunk: TaskChunk<T>): number {
  let { place } = entry;
  while (chunk.entries[place] !== entry) place -= 1;
  entry.place = place;
  return place;
}
