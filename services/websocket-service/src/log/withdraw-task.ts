import type { Channel, TaskId } from '@/lib/protocol';
import type { NewEvent } from '@/ports/event-log';
import { sinceOf } from '@/ports/since-of';
import { timedId } from '@/ports/timed-id';
import type { JournalTransaction } from './journal';

/**
 * Takes a task away from the readers of a channel: `access_removed` is the channel's next event, and the log forgets what
 * the channel said of the task before, so that no replay, on whatever replica, can tell it again. The places stay ([SV63]).
 */
export async function withdrawTask(tx: JournalTransaction, channel: Channel, taskId: TaskId): Promise<void> {
  await tx.flush();
  await tx.db
    .updateTable('events')
    .set({ type: 'skip', body: '{}' })
    .where('channel', '=', channel)
    .where('since', '=', sinceOf(String(taskId)))
    .where('task_id', '=', String(taskId))
    .where('type', '=', 'task_update')
    .execute();
  tx.append([accessRemoved(channel, { taskId })]);
}

/** The event that ends access to a task, or to a whole channel. */
export function accessRemoved(channel: Channel, target: { taskId: TaskId } | { channel: Channel }): NewEvent {
  return {
    channel,
    eventId: timedId(),
    type: 'access_removed',
    ...('taskId' in target && { taskId: String(target.taskId) }),
    body: JSON.stringify({ target }),
  };
}
