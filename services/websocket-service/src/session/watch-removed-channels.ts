import { type Channel, isChannel, isRecord, userChannel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { LoggedEvent } from '@/ports/event-log';
import type { Subscriber } from '@/ports/subscriber';

/**
 * Calls `onRemoved` with each channel that this user may no longer read, as soon as this process hears of it ([SV66]).
 *
 * @param onUnsure Called when removals may have been missed: whoever reads has to ask anew whether it may.
 */
export function watchRemovedChannels(
  userId: string,
  subscribe: (channel: Channel, subscriber: Subscriber) => Undo,
  onRemoved: (channel: Channel) => void,
  onUnsure: () => void = () => {},
): Undo {
  return subscribe(userChannel(userId), {
    hears: 'removals',
    notice: onUnsure,
    receive({ events }) {
      for (const event of events) {
        const channel = removedChannelOf(event);
        if (channel !== undefined) onRemoved(channel);
      }
    },
  });
}

function removedChannelOf({ type, taskId, body }: LoggedEvent): Channel | undefined {
  if (type !== 'access_removed' || taskId !== undefined) return undefined;
  const message: unknown = JSON.parse(body);
  const target = isRecord(message) && isRecord(message.target) ? message.target.channel : undefined;
  return isChannel(target) ? target : undefined;
}
