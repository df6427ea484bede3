import type { DatabaseTransaction } from '@/ports/schema';
import type { StandingTask } from './effect-of-command';
import { rowOf, taskOf } from './stored-task';
import type { TaskFact } from './task-events';

/** The task with an id, whoever owns it, deleted ones included. */
export async function findTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  const row = await tx.selectFrom('tasks').select(['body', 'deleted']).where('id', '=', taskId).executeTakeFirst();
  return row && { task: taskOf(row), isDeleted: row.deleted === 1 };
}

/** The same for a write: who else changes the task, or who may see it, waits until this transaction is over. */
export async function lockTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  const query = tx.selectFrom('tasks').select(['body', 'deleted']).where('id', '=', taskId);
  const row = await query.forUpdate().executeTakeFirst();
  return row && { task: taskOf(row), isDeleted: row.deleted === 1 };
}

/** Writes the task of a fact, which is new or not; a deleted one stays as a tombstone. */
export async function saveTask(
  tx: DatabaseTransaction,
  { kind, task }: Pick<TaskFact, 'kind' | 'task'>,
  isNew: boolean,
): Promise<void> {
  const row = rowOf(task, kind === 'deleted');
  if (isNew) await tx.insertInto('tasks').values(row).execute();
  else await tx.updateTable('tasks').set(row).where('id', '=', row.id).execute();
}
