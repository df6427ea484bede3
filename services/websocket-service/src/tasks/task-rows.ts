import { prepared, preparedMany } from '@/ports/prepared';
import type { DatabaseTransaction, TaskRow } from '@/ports/schema';
import type { StandingTask } from './effect-of-command';
import { rowOf, taskOf } from './stored-task';
import type { TaskFact } from './task-events';

const LOCK = preparedMany(
  (db, keys: readonly { readonly taskId: string }[]) =>
    db
      .selectFrom('tasks')
      .select(['id', 'body', 'deleted'])
      .where(
        'id',
        'in',
        keys.map(({ taskId }) => taskId),
      )
      .orderBy('id')
      .forUpdate(),
  true,
);

const INSERT = preparedMany((db, rows: readonly TaskRow[]) => db.insertInto('tasks').values(rows.map(columnsOf)));

const UPDATE = prepared((db, row: TaskRow) => db.updateTable('tasks').set(columnsOf(row)).where('id', '=', row.id));

function columnsOf({ id, owner_id, project_id, status, search_text, version, deleted, body }: TaskRow): TaskRow {
  return { id, owner_id, project_id, status, search_text, version, deleted, body };
}

/** The task with an id, whoever owns it, deleted ones included. */
export async function findTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  const row = await tx.selectFrom('tasks').select(['body', 'deleted']).where('id', '=', taskId).executeTakeFirst();
  return row && { task: taskOf(row), isDeleted: row.deleted === 1 };
}

/** The same for a write: who else changes the task, or who may see it, waits until this transaction is over. */
export async function lockTask(tx: DatabaseTransaction, taskId: string): Promise<StandingTask | undefined> {
  return (await lockTasks(tx, [taskId])).get(taskId);
}

/** The same for several tasks; those that are not there are left out. */
export async function lockTasks(
  tx: DatabaseTransaction,
  taskIds: readonly string[],
): Promise<Map<string, StandingTask>> {
  // All who lock several do so in one order.
  const keys = [...new Set(taskIds)].sort().map((taskId) => ({ taskId }));
  const rows = await LOCK.all(tx, keys);
  return new Map(rows.map((row) => [row.id, { task: taskOf(row), isDeleted: row.deleted === 1 }]));
}

/** Writes the tasks of facts, none of which was there before. */
export async function insertTasks(
  tx: DatabaseTransaction,
  facts: readonly Pick<TaskFact, 'kind' | 'task'>[],
): Promise<void> {
  await INSERT.run(
    tx,
    facts.map(({ kind, task }) => rowOf(task, kind === 'deleted')),
  );
}

/** Writes the task of a fact in the place of the one before; a deleted one stays as a tombstone. */
export async function updateTask(
  tx: DatabaseTransaction,
  { kind, task }: Pick<TaskFact, 'kind' | 'task'>,
): Promise<void> {
  await UPDATE.run(tx, rowOf(task, kind === 'deleted'));
}
