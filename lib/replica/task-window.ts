import type { Task } from '@/lib/protocol';
import type { TaskChunk } from './task-entry';

/** A part of a long list, as it is seen through a window. */
export interface TaskWindow<T extends Task> {
  readonly start: number;
  readonly end: number;
  readonly tasks: readonly T[];
  /** The order of the first chunk that a part of it stands in. */
  readonly first: number;
  /** That of the last one; of none that is there, where the list ends before the window does. */
  readonly last: number;
}

/** Reads the visible tasks from `start` to before `end`. */
export function readWindow<T extends Task>(chunks: readonly TaskChunk<T>[], start: number, end: number): TaskWindow<T> {
  const tasks: T[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = Number.POSITIVE_INFINITY;
  let begin = 0;
  for (const { entries, order } of chunks) {
    if (begin < end && begin + entries.length > start) {
      first = Math.min(first, order);
      for (const { view } of entries.slice(Math.max(0, start - begin), end - begin))
        if (view !== undefined) tasks.push(view);
    }
    begin += entries.length;
    if (begin >= end) {
      last = order;
      break;
    }
  }
  return { start, end, tasks, first, last };
}

/** May a task of this chunk be in the window? */
export function isInWindow<T extends Task>({ first, last }: TaskWindow<T>, { order }: TaskChunk<T>): boolean {
  return order >= first && order <= last;
}

/** Does what comes into or goes from this chunk move what is in the window? */
export function isBeforeEnd<T extends Task>({ last }: TaskWindow<T>, { order }: TaskChunk<T>): boolean {
  return order <= last;
}
