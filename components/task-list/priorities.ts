import type { TaskPriority } from '@/lib/protocol';

/** The priorities as people read them, the most urgent first. */
export const PRIORITIES: readonly { readonly value: TaskPriority; readonly label: string }[] = [
  { value: 'urgent', label: 'Urgent' },
  { value: 'high', label: 'High' },
  { value: 'medium', label: 'Medium' },
  { value: 'low', label: 'Low' },
];

/** What people read for a priority; a word of a foreign server stands for itself, "" for none. */
export function priorityLabel(priority: string | null | undefined): string {
  return PRIORITIES.find(({ value }) => value === priority)?.label ?? priority ?? '';
}
