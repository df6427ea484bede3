import { type Channel, projectChannel, userChannel } from '@/lib/protocol';
import { prepared } from '@/ports/prepared';
import { Problem } from '@/ports/problem';
import type { Database, DatabaseTransaction } from '@/ports/schema';
import type { StoredTask } from './stored-task';

/**
 * What a user is to a task. The owner may do everything; a member of its project everything but share it; a watcher, with
 * whom it is shared, may read and edit it ([SV61]).
 */
export type TaskRole = 'owner' | 'member' | 'watcher';

const SHARE = prepared((db, { userId, taskId }: { userId: string; taskId: string }) =>
  db.selectFrom('shares').select('task_id').where('user_id', '=', userId).where('task_id', '=', taskId),
);

const MEMBER = prepared((db, { userId, projectId }: { userId: string; projectId: string }) =>
  db.selectFrom('members').select('user_id').where('user_id', '=', userId).where('project_id', '=', projectId),
);

const WATCHERS = prepared((db, { taskId }: { taskId: string }) =>
  db.selectFrom('shares').select('user_id').where('task_id', '=', taskId).orderBy('user_id'),
);

/** What a user is to a task; `undefined` for who must not know of it. */
export async function roleOf(
  tx: DatabaseTransaction,
  userId: string,
  { id, ownerId, projectId }: StoredTask,
): Promise<TaskRole | undefined> {
  if (ownerId === userId) return 'owner';
  if (typeof projectId === 'string' && (await isMember(tx, userId, projectId))) return 'member';
  return (await SHARE.first(tx, { userId, taskId: String(id) })) && 'watcher';
}

/** Does the user belong to the project? */
export async function isMember(tx: Database, userId: string, projectId: string): Promise<boolean> {
  return (await MEMBER.first(tx, { userId, projectId })) !== undefined;
}

/**
 * Lets a task into a project of the user's.
 *
 * @throws Problem 403 for a project that is not there or not the user's: the two read the same.
 */
export async function requireProject(tx: DatabaseTransaction, userId: string, projectId: string): Promise<void> {
  if (await isMember(tx, userId, projectId)) return;
  throw new Problem(
    403,
    'projectId must be the id of a project that you are a member of (GET /api/v1/projects), or null.',
  );
}

/** With whom a task is shared, in the order of their ids. */
export async function watchersOf(tx: DatabaseTransaction, taskId: string): Promise<readonly string[]> {
  const rows = await WATCHERS.all(tx, { taskId });
  return rows.map((row) => row.user_id);
}

/** The channels that carry a task: its owner's inbox, its project, the inboxes of its watchers. */
export function channelsOf(
  { ownerId, projectId }: Pick<StoredTask, 'ownerId' | 'projectId'>,
  watchers: readonly string[],
): readonly Channel[] {
  return [
    userChannel(ownerId),
    ...(typeof projectId === 'string' && projectId !== '' ? [projectChannel(projectId)] : []),
    ...watchers.map(userChannel),
  ];
}
