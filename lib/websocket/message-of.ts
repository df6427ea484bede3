import type { TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { AccessRemoved, TaskUpdate } from '@/lib/protocol/native/server-message';
import type { Task } from '@/lib/protocol/task';

/**
 * The seed 001 message of a native event: an update is one already, a task that was taken away is told as deleted. A
 * channel that was taken away has no word there: `undefined`.
 */
export function messageOf<T extends Task>(event: TaskUpdate<T> | AccessRemoved): TaskMessage<T> | undefined {
  if (event.type === 'task_update') return event as TaskMessage<T>;
  if (!('taskId' in event.target)) return undefined;
  return { type: 'task_update', event: 'task.deleted', task: { id: event.target.taskId } as TaskMessage<T>['task'] };
}
