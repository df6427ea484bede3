'use client';

import { toast } from 'sonner';
import type { Task, TaskEventName } from '@/lib/protocol';

/** How each event is told; seed 001's signs. */
const WORDS: Readonly<Record<TaskEventName, readonly [sign: string, verb: string]>> = {
  'task.created': ['✅', 'added'],
  'task.updated': ['🔄', 'changed'],
  'task.completed': ['✔️', 'completed'],
  'task.deleted': ['🗑️', 'deleted'],
  'task.restored': ['↩️', 'restored'],
  'task.shared': ['🤝', 'shared with you'],
  'task.unshared': ['🔒', 'no longer shared with you'],
};

/** More changes than this in one turn become one summary ([NT3]). */
export const MAX_SINGLE_TOASTS = 3;

/**
 * Tells people of one remote change through Sonner ([NT1]). Does nothing for an event that nobody knows; says "A task"
 * where no title is known, as after a delete that carried only an id ([NT2]).
 *
 * @param event The event's name; a second word of the same task replaces the first toast.
 * @param task The task after the change, as far as it is known.
 */
export function showTaskNotification(
  event: TaskEventName,
  task: Partial<Pick<Task, 'id' | 'title'>> | undefined,
  actorName?: string,
): void {
  if (!Object.hasOwn(WORDS, event)) return;
  const [sign, verb] = WORDS[event];
  const title = typeof task?.title === 'string' && task.title !== '' ? `“${task.title}”` : 'A task';
  toast(`${title} ${verb}${actorName === undefined ? '' : ` by ${actorName}`}`, { icon: sign });
}

/** Tells people of many remote changes at once ([NT3]). */
export function showSummaryNotification(count: number): void {
  toast(`${count} tasks changed`, { icon: '🔄' });
}
