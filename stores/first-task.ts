import { type Task, type TaskId, taskKey } from '@/lib/protocol';
import type { TaskStoreState } from './task-store-state';
import type { FirstState } from './use-first-or-store';

const tasksByKey = new WeakMap<FirstState<TaskStoreState>, ReadonlyMap<string, Task>>();

/** One task of what the server rendered with; the list is looked through once, whatever the number of rows. */
export function firstTask(first: FirstState<TaskStoreState> | null, id: TaskId): Task | undefined {
  if (first === null) return undefined;
  let tasks = tasksByKey.get(first);
  if (tasks === undefined) {
    tasks = new Map(first.state.tasks.map((task) => [taskKey(task.id), task]));
    tasksByKey.set(first, tasks);
  }
  return tasks.get(taskKey(id));
}
