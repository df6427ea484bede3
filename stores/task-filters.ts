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
export function matchesFilters(task: Task, filters: TaskFilters): boolean {
  return createMatcher(filters)(task);
}

/** Makes the question of {@link matchesFilters} for many tasks. */
export function createMatcher({ status, priority, search }: TaskFilters): (task: Task) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (task) => {
    if (status !== 'all' && Boolean(task.completed) !== (status === 'completed')) return false;
    if (priority !== 'all' && task.priority !== priority) return false;
    if (words.length === 0) return true;
    const text = `${task.title}\n${task.description ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** The order of the list: open before done, then newest first, then by id, so that it is the same everywhere. */
export function compareTasks(a: Task, b: Task): number {
  if (Boolean(a.completed) !== Boolean(b.completed)) return a.completed ? 1 : -1;
  const [created, other] = [String(a.createdAt ?? ''), String(b.createdAt ?? '')];
  if (created !== other) return created < other ? 1 : -1;
  const [id, otherId] = [String(a.id), String(b.id)];
  if (id === otherId) return 0;
  return id < otherId ? -1 : 1;
}
