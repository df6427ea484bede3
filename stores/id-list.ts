import type { Task, Undo } from '@/lib/protocol';
import type { TaskTable } from '@/lib/replica';

/** The tasks of a store in the order in which they became known, by their ids. What is read is always current. */
export interface IdList<T extends Task = Task> {
  readonly size: number;
  /** The tasks from `start` to before `end`, as a window onto a long list shows them; the same array until one changes. */
  tasks(start: number, end: number): readonly T[];
  /** The ids from `start` to before `end`. */
  slice(start: number, end: number): string[];
  /** All ids in chunks; a chunk is the same array until a task of it comes or goes, and so is the array of chunks. */
  chunks(): readonly (readonly string[])[];
  /** Called when a task came or went, at most twice a turn. */
  subscribe(listener: () => void): Undo;
}

/** Reads the table that a store shows at the moment. */
export function createIdList<T extends Task>(
  table: () => TaskTable<T>,
  subscribe: (listener: () => void) => Undo,
): IdList<T> {
  return {
    get size() {
      return table().size;
    },
    tasks: (start, end) => table().window(start, end),
    slice: (start, end) => table().keys(start, end),
    chunks: () => table().chunks(),
    subscribe,
  };
}
