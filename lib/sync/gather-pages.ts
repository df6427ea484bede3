import { type Task, taskKey } from '@/lib/protocol';
import { decodePage, isStoredTask } from './decode-stored';
import type { StoredTask } from './outbox-store';

/** So many tasks may always stand in later pages. */
const MIN_LATER = 1_000;

/** How many tasks, gone ones included, the pages of a base hold. */
export interface PageCounts {
  /** In the pages of the last whole base. */
  readonly whole: number;
  /** In those that came later. */
  readonly later: number;
}

/** Have the later pages outgrown the whole base, so that it has to be written anew ([RP46])? */
export function isOutgrown({ whole, later }: PageCounts): boolean {
  return later > Math.max(whole, MIN_LATER);
}

/**
 * The tasks of a base from its pages, of which a later one counts; `undefined` where one makes no sense: a base with a
 * hole would be resumed from a position that it does not stand at.
 *
 * @param single Tasks in records of their own, as the first version kept them; they are older than any page.
 */
export function gatherPages<T extends Task>(
  single: readonly unknown[],
  pages: readonly unknown[],
): readonly StoredTask<T>[] | undefined {
  const gathered = new Map<string, StoredTask<T>>();
  for (const stored of single) {
    if (!isStoredTask<T>(stored)) return undefined;
    gathered.set(taskKey(stored.task.id), stored);
  }
  for (const value of pages) {
    const page = decodePage<T>(value);
    if (page === undefined) return undefined;
    for (const key of page.removed) gathered.delete(key);
    for (const stored of page.tasks) gathered.set(taskKey(stored.task.id), stored);
  }
  return [...gathered.values()];
}
