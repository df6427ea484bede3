import type { Task } from '@/lib/protocol';

/**
 * Everything that is known of one task, in one place: whoever changes a task looks its key up once ([RP20]). An entry
 * lives as long as the server has the task or the user sees it.
 */
export interface TaskEntry<T extends Task = Task> {
  readonly key: string;
  /** What the server said; `undefined` for a task that it does not have (yet, or any more). */
  base: T | undefined;
  /** The base's version: it is asked of each event, and stands here so that the old task need not be looked at. */
  version: number | undefined;
  /** What the user sees: the base with the own pending changes on top; `undefined`: not to be seen. */
  view: T | undefined;
  /** Where it stands among the visible ones, or stood before it was hidden; `undefined` while it was never seen. */
  chunk: TaskChunk<T> | undefined;
  /** Where it stands in its chunk, or further back than that: what goes from a chunk moves those behind it. */
  place: number;
}

/** Visible tasks that are kept, copied and rendered together. */
export interface TaskChunk<T extends Task = Task> {
  /** Greater than that of every chunk before it. */
  readonly order: number;
  readonly entries: TaskEntry<T>[];
  /** Kept only while somebody reads all tasks, and then it may lag behind the entries; the table knows by which. */
  readonly tasks: T[];
  /** The ids as they were last asked for; gone when one came or went. */
  ids: readonly string[] | undefined;
}
