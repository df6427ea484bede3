import type { LoggedEvent } from './event-log';

/** The task that an event takes away from the readers of its channel; `undefined` for any other event. */
export function withdrawnTaskOf({ type, taskId }: LoggedEvent): string | undefined {
  return type === 'access_removed' ? taskId : undefined;
}

/** What keeps an event's place in its channel when its content may no longer be seen ([SV63]). */
export function skipOf({ channel, seq, eventId }: LoggedEvent): LoggedEvent {
  return { channel, seq, eventId, type: 'skip', body: '{}' };
}

/**
 * Neighbouring events as their readers may see them: a change of a task that a later event of the list takes away is a
 * `skip`. For lists that were read before that event came.
 */
export function withoutWithdrawn(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  if (events.every((event) => withdrawnTaskOf(event) === undefined)) return events;
  const gone = new Set<string>();
  return [...events]
    .reverse()
    .map((event) => {
      const withdrawn = withdrawnTaskOf(event);
      if (withdrawn !== undefined) gone.add(withdrawn);
      return event.type === 'task_update' && gone.has(event.taskId ?? '') ? skipOf(event) : event;
    })
    .reverse();
}
