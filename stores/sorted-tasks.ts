import { type Task, taskKey } from '@/lib/protocol';
import { compareTasks } from './task-filters';

/** A chunk is cut in two when it grows beyond this. */
const MAX_CHUNK = 128;

interface SortedChunk<T extends Task> {
  readonly tasks: T[];
  /** The ids as they were last asked for; gone when one came, went or moved. */
  ids: readonly string[] | undefined;
}

/** Tasks in the order of the list, in chunks: one change costs a search and a chunk, however many there are ([RP22]). */
export class SortedTasks<T extends Task> {
  #chunks: SortedChunk<T>[];
  #size: number;
  #tasks: readonly T[] | undefined;
  #chunkIds: readonly (readonly string[])[] | undefined;

  /** @param tasks In any order. */
  constructor(tasks: readonly T[]) {
    const sorted = [...tasks].sort(compareTasks);
    this.#chunks = [];
    this.#size = sorted.length;
    for (let begin = 0; begin < sorted.length; begin += MAX_CHUNK / 2) {
      this.#chunks.push({ tasks: sorted.slice(begin, begin + MAX_CHUNK / 2), ids: undefined });
    }
  }

  get size(): number {
    return this.#size;
  }

  /** All of them; the same array until one changes. */
  tasks(): readonly T[] {
    this.#tasks ??= ([] as T[]).concat(...this.#chunks.map(({ tasks }) => tasks));
    return this.#tasks;
  }

  /** Their ids; a chunk is the same array until one of it comes, goes or moves, and so is the array of chunks. */
  chunks(): readonly (readonly string[])[] {
    this.#chunkIds ??= this.#chunks.map((chunk) => {
      chunk.ids ??= chunk.tasks.map(({ id }) => taskKey(id));
      return chunk.ids;
    });
    return this.#chunkIds;
  }

  insert(task: T): void {
    const at = this.#chunkOf(task);
    const chunk = this.#chunks[at];
    this.#size += 1;
    if (chunk === undefined) {
      this.#chunks.push({ tasks: [task], ids: undefined });
    } else {
      chunk.tasks.splice(placeIn(chunk.tasks, task), 0, task);
      chunk.ids = undefined;
      if (chunk.tasks.length > MAX_CHUNK) {
        this.#chunks.splice(at + 1, 0, { tasks: chunk.tasks.splice(MAX_CHUNK / 2), ids: undefined });
      }
    }
    this.#changeMembers();
  }

  /** @param task Exactly as it was put in. */
  remove(task: T): void {
    const at = this.#chunkOf(task);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    chunk.tasks.splice(placeIn(chunk.tasks, task), 1);
    chunk.ids = undefined;
    if (chunk.tasks.length === 0) this.#chunks.splice(at, 1);
    this.#size -= 1;
    this.#changeMembers();
  }

  /** Puts another state of a task in the place of one that stands at the same place of the order. */
  replace(before: T, after: T): void {
    const chunk = this.#chunks[this.#chunkOf(before)];
    if (chunk !== undefined) chunk.tasks[placeIn(chunk.tasks, before)] = after;
    this.#tasks = undefined;
  }

  #changeMembers(): void {
    this.#tasks = undefined;
    this.#chunkIds = undefined;
  }

  /** Where the chunk stands that a task is in or belongs to: the last one that does not begin after it. */
  #chunkOf(task: T): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunks[middle]?.tasks[0];
      if (first !== undefined && compareTasks(first, task) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where a task stands among sorted ones, or would stand. */
function placeIn<T extends Task>(tasks: readonly T[], task: T): number {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = tasks[middle];
    if (other !== undefined && compareTasks(other, task) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
