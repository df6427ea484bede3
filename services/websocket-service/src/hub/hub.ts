import type { Channel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import { EventBatch, type Subscriber } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import { type Metrics, noMetrics } from '@/ports/metrics';

/** Brings what the log committed to those who read it here. */
export interface Hub {
  /** From now on `subscriber` hears the channel. */
  subscribe(channel: Channel, subscriber: Subscriber): Undo;
  /** Fans out committed events, in the order of the log. */
  announce(events: readonly LoggedEvent[]): void;
  /** How many subscribers a channel has. */
  countOf(channel: Channel): number;
}

/** Makes an empty hub. Events are announced to it in the turn of their commit. */
export function createHub({ commitToClientSeconds }: Pick<Metrics, 'commitToClientSeconds'> = noMetrics): Hub {
  const readers = new Map<Channel, Set<Subscriber>>();

  return {
    subscribe(channel, subscriber) {
      const all = readers.get(channel) ?? new Set();
      readers.set(channel, all.add(subscriber));
      return () => {
        all.delete(subscriber);
        if (all.size === 0 && readers.get(channel) === all) readers.delete(channel);
      };
    },
    announce(events) {
      const committedMs = performance.now();
      for (const [channel, ofChannel] of byChannel(events)) {
        const all = readers.get(channel);
        if (all === undefined) continue;
        const batch = new EventBatch(channel, ofChannel);
        for (const subscriber of all) subscriber.receive(batch);
        commitToClientSeconds.observe((performance.now() - committedMs) / 1000);
      }
    },
    countOf: (channel) => readers.get(channel)?.size ?? 0,
  };
}

function byChannel(events: readonly LoggedEvent[]): ReadonlyMap<Channel, readonly LoggedEvent[]> {
  const channels = new Map<Channel, LoggedEvent[]>();
  for (const event of events) {
    const known = channels.get(event.channel);
    if (known === undefined) channels.set(event.channel, [event]);
    else known.push(event);
  }
  return channels;
}
