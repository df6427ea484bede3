import type { SelectQueryBuilder } from 'kysely';
import type { Channel } from '@/lib/protocol';
import type { DatabaseTransaction, Schema, TaskRow } from '@/ports/schema';

/** A query over living tasks, to be narrowed, ordered and limited. */
export type TaskQuery = SelectQueryBuilder<Schema & { found: TaskRow }, 'found', object>;

/** The living tasks that a channel carries: an inbox has the user's own and those shared with the user ([SV62]). */
export function tasksOfChannel(tx: DatabaseTransaction, channel: Channel): TaskQuery {
  const colon = channel.indexOf(':');
  const id = channel.slice(colon + 1);
  return channel.startsWith('user:') ? tasksOfInbox(tx, id) : tasksOfProject(tx, id);
}

function tasksOfProject(tx: DatabaseTransaction, projectId: string): TaskQuery {
  return tx.selectFrom(
    tx.selectFrom('tasks').selectAll().where('project_id', '=', projectId).where('deleted', '=', 0).as('found'),
  );
}

/** Two lists that are each in order by their index, so that a page of both is merged without reading all. */
function tasksOfInbox(tx: DatabaseTransaction, userId: string): TaskQuery {
  const own = tx.selectFrom('tasks').selectAll().where('owner_id', '=', userId).where('deleted', '=', 0);
  const shared = tx
    .selectFrom('tasks')
    .selectAll()
    .where('id', 'in', tx.selectFrom('shares').select('task_id').where('user_id', '=', userId))
    .where('owner_id', '!=', userId)
    .where('deleted', '=', 0);
  return tx.selectFrom(own.unionAll(shared).as('found'));
}
