import type { ChannelUpdate } from '@/lib/protocol/connection-source';
import type { TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { Task } from '@/lib/protocol/task';

/**
 * The seed 001 messages of a channel's news: an update is one already, a task that was taken away is told as deleted. All
 * else, a channel that was taken away among it, has no word there.
 */
export function messagesOf<T extends Task>(update: ChannelUpdate<T>): TaskMessage<T>[] {
  if (update.type === 'plain') return [update.message];
  if (update.type !== 'events') return [];
  return update.events.flatMap((event): TaskMessage<T>[] => {
    if (event.type === 'task_update') return [event as TaskMessage<T>];
    if (!('taskId' in event.target)) return [];
    return [
      { type: 'task_update', event: 'task.deleted', task: { id: event.target.taskId } as TaskMessage<T>['task'] },
    ];
  });
}
