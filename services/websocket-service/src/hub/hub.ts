import type { Channel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import { EventBatch, type Subscriber } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import { type Metrics, noMetrics } from '@/ports/metrics';
import { withoutWithdrawn } from '@/ports/withdrawn-events';

/** Brings what the log committed to those who read it here. */
export interface Hub {
  /** From now on `subscriber` hears the channel. */
  subscribe(channel: Channel, subscriber: Subscriber): Undo;
  /** Fans out committed events, in the order of the log. */
  announce(events: readonly LoggedEvent[]): void;
  /** Tells a channel's subscribers that it has come to `seq`, whether or not they were sent what leads there. */
  notice(channel: Channel, seq: number): void;
  /** How many subscribers a channel has. */
  countOf(channel: Channel): number;
  /** Hears which channels are served here; from now on. */
  onServed(listener: ServedListener): Undo;
}

/** Hears which channels have subscribers. */
export interface ServedListener {
  /** The channel got its first subscriber. */
  begin(channel: Channel): void;
  /** The channel lost its last one. */
  end(channel: Channel): void;
}

/** Makes an empty hub. Events are announced to it in the turn of their commit. */
export function createHub({ commitToClientSeconds }: Pick<Metrics, 'commitToClientSeconds'> = noMetrics): Hub {
  const readers = new Map<Channel, Set<Subscriber>>();
  const served = new Set<ServedListener>();

  return {
    subscribe(channel, subscriber) {
      const known = readers.get(channel);
      const all = known ?? new Set();
      readers.set(channel, all.add(subscriber));
      if (known === undefined) for (const listener of served) listener.begin(channel);
      return () => {
        all.delete(subscriber);
        if (all.size > 0 || readers.get(channel) !== all) return;
        readers.delete(channel);
        for (const listener of served) listener.end(channel);
      };
    },
    announce(events) {
      const committedMs = performance.now();
      for (const [channel, ofChannel] of byChannel(events)) {
        const all = readers.get(channel);
        if (all === undefined) continue;
        const batch = new EventBatch(channel, withoutWithdrawn(ofChannel));
        for (const subscriber of all) subscriber.receive(batch);
        commitToClientSeconds.observe((performance.now() - committedMs) / 1000);
      }
    },
    notice(channel, seq) {
      for (const subscriber of readers.get(channel) ?? []) subscriber.notice?.(seq);
    },
    onServed(listener) {
      served.add(listener);
      return () => served.delete(listener);
    },
    countOf: (channel) => readers.get(channel)?.size ?? 0,
  };
}

/** Events by their channel, in order. */
export function byChannel(events: readonly LoggedEvent[]): ReadonlyMap<Channel, readonly LoggedEvent[]> {
  const channels = new Map<Channel, LoggedEvent[]>();
  for (const event of events) {
    const known = channels.get(event.channel);
    if (known === undefined) channels.set(event.channel, [event]);
    else known.push(event);
  }
  return channels;
}
