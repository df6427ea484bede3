import type { JournalTransaction } from '@/log/journal';
import { prepared } from '@/ports/prepared';
import type { DatabaseTransaction, TaskRow } from '@/ports/schema';
import type { StandingTask } from './effect-of-command';
import { rowOf, taskOf } from './stored-task';
import type { TaskFact } from './task-events';

const LOCK = prepared((db, { taskId }: { taskId: string }) =>
  db.selectFrom('tasks').select(['body', 'deleted']).where('id', '=', taskId).forUpdate(),
);

const INSERT = prepared((db, row: TaskRow) => db.insertInto('tasks').values({ ...columnsOf(row), since: row.since }));

const UPDATE = prepared((db, row: Columns) => db.updateTable('tasks').set(columnsOf(row)).where('id', '=', row.id));

type Columns = Omit<TaskRow, 'since'>;

function columnsOf({ id, owner_id, project_id, status, search_text, version, deleted, body }: Columns): Columns {
  return { id, owner_id, project_id, status, search_text, version, deleted, body };
}

/** The task with an id, whoever owns it, deleted ones included. */
export async function findTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  const row = await tx.selectFrom('tasks').select(['body', 'deleted']).where('id', '=', taskId).executeTakeFirst();
  return row && { task: taskOf(row), isDeleted: row.deleted === 1 };
}

/** The same for a write: who else changes the task, or who may see it, waits until this transaction is over. */
export async function lockTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  const row = await LOCK.first(tx, { taskId });
  return row && { task: taskOf(row), isDeleted: row.deleted === 1 };
}

/** Writes the task of a fact, which is new or not; a deleted one stays as a tombstone. */
export async function saveTask(
  { db, now }: JournalTransaction,
  { kind, task }: Pick<TaskFact, 'kind' | 'task'>,
  isNew: boolean,
): Promise<void> {
  const row = rowOf(task, kind === 'deleted');
  await (isNew ? INSERT.run(db, { ...row, since: now }) : UPDATE.run(db, row));
}
