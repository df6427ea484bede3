import type { Actor, TaskEventName } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { prepared, preparedMany } from '@/ports/prepared';
import type { DatabaseTransaction, HistoryRow } from '@/ports/schema';

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

const INSERT = preparedMany((db, rows: readonly HistoryRow[]) =>
  db.insertInto('history').values(rows.map(({ task_id, entry, at, body }) => ({ task_id, entry, at, body }))),
);

const LAST = prepared((db, { taskId }: { taskId: string }) =>
  db
    .selectFrom('history')
    .select((from) => from.fn.max('entry').as('last'))
    .where('task_id', '=', taskId),
);

/** A line to be written. */
export interface HistoryLine {
  readonly taskId: string;
  readonly line: Omit<HistoryEntry, 'at'>;
}

/** Writes a line in the transaction of what it tells of ([SV70]); the task is locked, so that lines count 1, 2, 3, …. */
export async function keepHistory({ db, now }: JournalTransaction, { taskId, line }: HistoryLine): Promise<void> {
  const entry = (await lastEntry(db, taskId)) + 1;
  await INSERT.run(db, [historyRow(taskId, entry, line, now)]);
  if (entry <= MAX_HISTORY_ENTRIES) return;
  const isOld = db.deleteFrom('history').where('task_id', '=', taskId);
  await isOld.where('entry', '<=', entry - MAX_HISTORY_ENTRIES).execute();
}

/** Writes the first lines of tasks that are new. */
export async function beginHistories({ db, now }: JournalTransaction, lines: readonly HistoryLine[]): Promise<void> {
  await INSERT.run(
    db,
    lines.map(({ taskId, line }) => historyRow(taskId, 1, line, now)),
  );
}

function historyRow(taskId: string, entry: number, line: Omit<HistoryEntry, 'at'>, now: number): HistoryRow {
  return { task_id: taskId, entry, at: now, body: JSON.stringify({ ...line, at: new Date(now).toISOString() }) };
}

async function lastEntry(db: DatabaseTransaction, taskId: string): Promise<number> {
  return (await LAST.first(db, { taskId }))?.last ?? 0;
}

/** Up to `limit` lines before the line `before`, newest first; each as JSON text with its number. */
export async function readHistory(
  tx: DatabaseTransaction,
  taskId: string,
  limit: number,
  before: number | undefined,
): Promise<readonly { readonly entry: number; readonly body: string }[]> {
  let query = tx.selectFrom('history').select(['entry', 'body']).where('task_id', '=', taskId);
  if (before !== undefined) query = query.where('entry', '<', before);
  return query.orderBy('entry', 'desc').limit(limit).execute();
}

/** Forgets the lines of before `before`, milliseconds since 1970. */
export async function forgetHistory(tx: DatabaseTransaction, before: number): Promise<void> {
  await tx.deleteFrom('history').where('at', '<', before).execute();
}
