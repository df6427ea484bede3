import type { Actor, TaskEventName } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { prepared } from '@/ports/prepared';
import type { DatabaseTransaction, HistoryRow } from '@/ports/schema';
import { sinceOf } from '@/ports/since-of';

/** One line of a task's history: who did what when. */
export interface HistoryEntry {
  readonly event: TaskEventName;
  /** The task's version after it. */
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly actor?: Actor;
  readonly changedFields?: readonly string[];
  /** Whose access a share or unshare is about; for the owner alone. */
  readonly userId?: string;
}

/** Lines that are kept of one task; beyond them the oldest go. */
export const MAX_HISTORY_ENTRIES = 1_000;

const INSERT = prepared((db, { since, task_id, entry, at, body }: HistoryRow) =>
  db.insertInto('history').values({ since, task_id, entry, at, body }),
);

const END = prepared((db, { taskId }: { taskId: string }) =>
  db
    .selectFrom('tasks')
    .select(({ selectFrom }) => [
      'since',
      selectFrom('history')
        .select(({ fn }) => fn.max('entry').as('last'))
        .whereRef('history.since', '=', 'tasks.since')
        .whereRef('history.task_id', '=', 'tasks.id')
        .as('last'),
    ])
    .where('id', '=', taskId),
);

/**
 * Writes a line in the transaction of what it tells of ([SV70]); the task is locked, so that lines count 1, 2, 3, ….
 *
 * @param isFirst The task is new: nothing has to be looked up.
 */
export async function keepHistory(
  { db, now }: JournalTransaction,
  taskId: string,
  line: Omit<HistoryEntry, 'at'>,
  isFirst = false,
): Promise<void> {
  const { since, last } = isFirst ? { since: now, last: 0 } : await endOf(db, taskId);
  const entry = last + 1;
  const body = JSON.stringify({ ...line, at: new Date(now).toISOString() });
  await INSERT.run(db, { since, task_id: taskId, entry, at: now, body });
  if (entry <= MAX_HISTORY_ENTRIES) return;
  const isOld = db.deleteFrom('history').where('since', '=', since).where('task_id', '=', taskId);
  await isOld.where('entry', '<=', entry - MAX_HISTORY_ENTRIES).execute();
}

/** Where the lines of a task stand, and how many there have been. */
async function endOf(db: DatabaseTransaction, taskId: string): Promise<{ since: number; last: number }> {
  const { since = 0, last } = (await END.first(db, { taskId })) ?? {};
  return { since, last: last ?? 0 };
}

/** Up to `limit` lines before the line `before`, newest first; each as JSON text with its number. */
export async function readHistory(
  tx: DatabaseTransaction,
  taskId: string,
  limit: number,
  before: number | undefined,
): Promise<readonly { readonly entry: number; readonly body: string }[]> {
  let query = tx
    .selectFrom('history')
    .select(['entry', 'body'])
    .where('since', '=', sinceOf(taskId))
    .where('task_id', '=', taskId);
  if (before !== undefined) query = query.where('entry', '<', before);
  return query.orderBy('entry', 'desc').limit(limit).execute();
}

/** Forgets the lines of before `before`, milliseconds since 1970. */
export async function forgetHistory(tx: DatabaseTransaction, before: number): Promise<void> {
  await tx.deleteFrom('history').where('at', '<', before).execute();
}
