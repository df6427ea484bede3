import { type Actor, userChannel } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import { Problem } from '@/ports/problem';
import type { StoredTask } from './stored-task';
import { watchersOf } from './task-access';
import { eventsOf } from './task-events';
import { keepHistory } from './task-history';

/** Who shares what with whom. */
export interface Sharing {
  readonly task: StoredTask;
  readonly userId: string;
  readonly actor?: Actor;
  readonly mutationId?: string;
}

/**
 * Gives a watcher access: the whole task, its version unchanged, is the next event of the watcher's inbox ([SV60]).
 * Returns whether anything changed.
 *
 * @throws Problem 409 when the task has `maxWatchers` already.
 */
export async function shareTask(
  tx: JournalTransaction,
  { userId, ...fact }: Sharing,
  maxWatchers: number,
): Promise<boolean> {
  const taskId = String(fact.task.id);
  const watchers = await watchersOf(tx.db, taskId);
  if (watchers.includes(userId)) return false;
  if (watchers.length >= maxWatchers) {
    throw new Problem(409, `The task is shared with ${maxWatchers} users, the most: take one away first.`);
  }
  await tx.db.insertInto('shares').values({ user_id: userId, task_id: taskId, created_at: tx.now }).execute();
  tx.append(eventsOf({ kind: 'shared', ...fact }, [userChannel(userId)]));
  await keepShareHistory(tx, 'task.shared', { userId, ...fact });
  return true;
}

/** Takes a watcher's access away: from now on the inbox tells nothing of the task, replays included ([SV63]). */
export async function unshareTask(tx: JournalTransaction, sharing: Sharing): Promise<boolean> {
  const { task, userId } = sharing;
  const { numDeletedRows } = await tx.db
    .deleteFrom('shares')
    .where('user_id', '=', userId)
    .where('task_id', '=', String(task.id))
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return false;
  await withdrawTask(tx, userChannel(userId), task.id);
  await keepShareHistory(tx, 'task.unshared', sharing);
  return true;
}

async function keepShareHistory(
  tx: JournalTransaction,
  event: 'task.shared' | 'task.unshared',
  { task, userId, actor }: Sharing,
): Promise<void> {
  await keepHistory(tx, String(task.id), { event, version: task.version, ...(actor && { actor }), userId });
}
