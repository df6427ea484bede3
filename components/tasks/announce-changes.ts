import { eventNameOf, taskKey, type Undo } from '@/lib/protocol';
import { createTurnCoalescer, type RemoteChange, type ScheduleTurn } from '@/lib/replica';
import type { Session } from '@/lib/sync';
import { MAX_SINGLE_TOASTS, showSummaryNotification, showTaskNotification } from './notification-toast';

/**
 * Tells people what others (and their own other tabs) changed, while `isEnabled` says so: never of changes made here,
 * never of news that changed nothing ([NT1]).
 */
export function announceChanges(session: Session, isEnabled: () => boolean, scheduleTurn?: ScheduleTurn): Undo {
  let gathered: RemoteChange[] = [];
  const announcements = createTurnCoalescer(() => {
    const latest = latestPerTask(gathered);
    gathered = [];
    if (latest.length > MAX_SINGLE_TOASTS) {
      showSummaryNotification(latest.length);
      return;
    }
    for (const { event, task } of latest) {
      const actor = event.actor !== undefined && event.actor.id !== session.userId ? event.actor.name : undefined;
      showTaskNotification(eventNameOf(event), task, actor);
    }
  }, scheduleTurn);
  return session.onPatch(({ remote }) => {
    if (remote.length === 0 || !isEnabled()) return;
    gathered.push(...remote);
    announcements.touch();
  });
}

/** Several changes of one task in one turn are one piece of news. */
function latestPerTask(changes: readonly RemoteChange[]): readonly RemoteChange[] {
  return [...new Map(changes.map((change) => [taskKey(change.event.taskId), change])).values()];
}
