import type { Task, TaskPriority } from '@/lib/protocol';

/** What a person wants to see of the list. */
export interface TaskFilters {
  readonly status: 'all' | 'active' | 'completed';
  readonly priority: 'all' | TaskPriority;
  /** Words that the title or the description must contain; case does not count. */
  readonly search: string;
}

/** Everything is shown. */
export const NO_FILTERS: TaskFilters = { status: 'all', priority: 'all', search: '' };

/** Is a task to be seen under these filters? */
export function matchesFilters(task: Task, { status, priority, search }: TaskFilters): boolean {
  if (status !== 'all' && task.completed !== (status === 'completed')) return false;
  if (priority !== 'all' && task.priority !== priority) return false;
  const text = `${task.title}\n${task.description ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The order of the list: open before done, then newest first, then by id, so that it is the same everywhere. */
export function compareTasks(a: Task, b: Task): number {
  if (a.completed !== b.completed) return a.completed ? 1 : -1;
  if (a.createdAt !== b.createdAt) return (a.createdAt ?? '') < (b.createdAt ?? '') ? 1 : -1;
  return String(a.id) < String(b.id) ? -1 : 1;
}
