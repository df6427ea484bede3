import { eventNameOf, taskKey, type Undo } from '@/lib/protocol';
import { createTurnCoalescer, type RemoteChange, type ScheduleTurn } from '@/lib/replica';
import type { Session } from '@/lib/sync';
import { type Attention, browserAttention } from './attention';
import { MAX_SINGLE_TOASTS, showSummaryNotification, showTaskNotification } from './notification-toast';

/** How many events of other tabs' toasts are remembered, for those that reach this tab later. */
const MAX_TOLD = 500;

/**
 * Tells people what others (and their own other tabs) changed, while `isEnabled` says so: never of changes made here,
 * never of news that changed nothing ([NT1]). A hidden tab holds its news until somebody looks at it, and drops what another
 * tab of the same person has told meanwhile ([NT11]).
 */
export function announceChanges(
  session: Session,
  isEnabled: () => boolean,
  scheduleTurn?: ScheduleTurn,
  attention: Attention = browserAttention(session.userId),
): Undo {
  /** What is to be told: of each task the last. */
  const news = new Map<string, RemoteChange>();
  let told = new Set<string>();
  const isTold = ({ event: { eventId } }: RemoteChange) => eventId !== undefined && told.has(eventId);
  const announce = () => {
    const changes = isEnabled() ? [...news.values()] : [];
    news.clear();
    if (changes.length === 0) return;
    attention.tell(changes.flatMap(({ event }) => event.eventId ?? []));
    if (changes.length > MAX_SINGLE_TOASTS) {
      showSummaryNotification(changes.length);
      return;
    }
    for (const { event, task } of changes) {
      const actor = event.actor !== undefined && event.actor.id !== session.userId ? event.actor.name : undefined;
      showTaskNotification(eventNameOf(event), task, actor);
    }
  };
  const announcements = createTurnCoalescer(() => {
    if (!attention.isHidden()) announce();
  }, scheduleTurn);
  const undos = [
    session.onPatch(({ remote }) => {
      if (remote.length === 0 || !isEnabled()) return;
      for (const change of remote) {
        if (attention.isHidden() && isTold(change)) continue;
        news.set(taskKey(change.event.taskId), change);
      }
      announcements.touchByFrame(remote.length);
    }),
    attention.onShow(announce),
    attention.onTold((eventIds) => {
      told = new Set([...told, ...eventIds].slice(-MAX_TOLD));
      for (const [key, change] of news) if (isTold(change)) news.delete(key);
    }),
  ];
  return () => {
    for (const undo of undos.splice(0)) undo();
    attention.close();
  };
}
