import { type Task, type TaskId, taskKey } from '@/lib/protocol';

/** Tasks that are kept, copied and rendered together. Small enough to change quickly, large enough to be few. */
const CHUNK_SIZE = 256;

interface Slot<T> {
  readonly key: string;
  readonly chunk: Chunk<T>;
  /** Where the slot stands in its chunk. */
  index: number;
}

interface Chunk<T> {
  /** Beside each other: the same index is the same task. */
  readonly slots: Slot<T>[];
  readonly tasks: T[];
  /** The ids as they were last asked for; gone when one came or went. */
  ids: readonly string[] | undefined;
}

/** What putting a task did: nothing, a new value for a known task, or another membership of the list. */
export type TableChange = 'none' | 'value' | 'members';

/**
 * The visible tasks of a store, in the order in which they became known. One change costs the same however long the list
 * is: tasks are found by key, and a chunk alone is touched by what comes or goes.
 */
export class TaskTable<T extends Task> {
  readonly #slots = new Map<string, Slot<T>>();
  readonly #chunks: Chunk<T>[] = [];
  #tasks: readonly T[] | undefined = [];
  #chunkIds: readonly (readonly string[])[] | undefined = [];

  /** How many tasks there are. */
  get size(): number {
    return this.#slots.size;
  }

  /** One task, or `undefined`. */
  get(id: TaskId): T | undefined {
    const slot = this.#slots.get(taskKey(id));
    return slot?.chunk.tasks[slot.index];
  }

  /** All tasks; the same array until one of them changes. Costs one copy of the array after a change. */
  tasks(): readonly T[] {
    this.#tasks ??= ([] as T[]).concat(...this.#chunks.map(({ tasks }) => tasks));
    return this.#tasks;
  }

  /** The ids in chunks; a chunk is the same array until a task of it comes or goes. */
  chunks(): readonly (readonly string[])[] {
    this.#chunkIds ??= this.#chunks.map((chunk) => {
      chunk.ids ??= chunk.slots.map(({ key }) => key);
      return chunk.ids;
    });
    return this.#chunkIds;
  }

  /** The ids from `start` to before `end`. */
  slice(start: number, end: number): string[] {
    const keys: string[] = [];
    let first = 0;
    for (const { slots } of this.#chunks) {
      const from = Math.max(0, start - first);
      const to = Math.min(slots.length, end - first);
      for (let index = from; index < to; index++) keys.push(slots[index]?.key ?? '');
      first += slots.length;
      if (first >= end) break;
    }
    return keys;
  }

  /** Sets, adds or (with `undefined`) removes a task. */
  put(key: string, task: T | undefined): TableChange {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      if (task === undefined) return 'none';
      this.#append(key, task);
    } else if (task === undefined) {
      this.#remove(slot);
    } else {
      if (slot.chunk.tasks[slot.index] === task) return 'none';
      slot.chunk.tasks[slot.index] = task;
      this.#tasks = undefined;
      return 'value';
    }
    this.#tasks = undefined;
    this.#chunkIds = undefined;
    return 'members';
  }

  /** Replaces everything. */
  reset(tasks: Iterable<T>): void {
    this.#slots.clear();
    this.#chunks.length = 0;
    this.#tasks = undefined;
    this.#chunkIds = undefined;
    for (const task of tasks) this.put(taskKey(task.id), task);
  }

  #append(key: string, task: T): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.slots.length >= CHUNK_SIZE) {
      chunk = { slots: [], tasks: [], ids: undefined };
      this.#chunks.push(chunk);
    }
    const slot = { key, chunk, index: chunk.slots.length };
    chunk.slots.push(slot);
    chunk.tasks.push(task);
    chunk.ids = undefined;
    this.#slots.set(key, slot);
  }

  #remove({ key, chunk, index }: Slot<T>): void {
    this.#slots.delete(key);
    chunk.slots.splice(index, 1);
    chunk.tasks.splice(index, 1);
    chunk.ids = undefined;
    for (let after = index; after < chunk.slots.length; after++) {
      const slot = chunk.slots[after];
      if (slot !== undefined) slot.index = after;
    }
    if (chunk.slots.length === 0) this.#chunks.splice(this.#chunks.indexOf(chunk), 1);
  }
}
