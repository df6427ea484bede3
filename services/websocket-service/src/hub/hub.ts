import type { Channel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import { EventBatch } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import { type Metrics, noMetrics } from '@/ports/metrics';
import type { Subscriber } from '@/ports/subscriber';
import { withoutWithdrawn } from '@/ports/withdrawn-events';
import { WriteTurn } from '@/ports/write-turn';
import { Listeners } from './listeners';
import type { OutMetrics } from './live-group';

/** Brings what the log committed to those who read it here. */
export interface Hub {
  /** From now on `subscriber` hears the channel. */
  subscribe(channel: Channel, subscriber: Subscriber): Undo;
  /**
   * Fans out committed events, in the order of the log, at the end of the turn: what one turn commits comes to each
   * subscriber together ([SV103]).
   */
  announce(events: readonly LoggedEvent[]): void;
  /** Tells a channel's subscribers that it has come to `seq`, whether or not they were sent what leads there. */
  notice(channel: Channel, seq: number): void;
  /** How many subscribers a channel has; who hears removals alone, or some events only, is none ([SV152]). */
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

/** What a hub takes from its surroundings. */
export interface HubPorts {
  /** The turn that the subscribers write in. */
  readonly turn?: WriteTurn;
  readonly metrics?: Pick<Metrics, 'commitToClientSeconds'> & OutMetrics;
  /** Runs something at the end of the turn. */
  readonly defer?: (run: () => void) => void;
}

/** Makes an empty hub. */
export function createHub(ports: HubPorts = {}): Hub {
  const { turn = new WriteTurn(), metrics = noMetrics, defer = process.nextTick } = ports;
  const readers = new Map<Channel, Listeners>();
  const served = new Set<ServedListener>();
  let waiting: LoggedEvent[] = [];
  let firstMs = 0;

  const deliver = (): void => {
    if (waiting.length === 0) return;
    const heard = [...byChannel(waiting)].filter(([channel]) => readers.has(channel));
    const committedMs = firstMs;
    waiting = [];
    const batches = heard.map(([channel, events]) => new EventBatch(channel, withoutWithdrawn(events)));
    // Whatever came between: who may not read a channel any more is told nothing more of it ([SV66]).
    for (const batch of batches) {
      if (batch.events.some(({ type }) => type === 'access_removed')) readers.get(batch.channel)?.bringRemovals(batch);
    }
    // Written while all of a reader is at hand, unless another channel may have more for it.
    const written = batches.length === 1 ? turn : undefined;
    for (const batch of batches) readers.get(batch.channel)?.bring(batch, written);
    turn.end();
    if (heard.length > 0) metrics.commitToClientSeconds.observe((performance.now() - committedMs) / 1000);
  };

  return {
    subscribe(channel, subscriber) {
      const known = readers.get(channel);
      const all = known ?? new Listeners(metrics);
      readers.set(channel, all);
      all.add(subscriber);
      if (known === undefined) for (const listener of served) listener.begin(channel);
      return () => {
        all.remove(subscriber);
        if (all.isInUse || readers.get(channel) !== all) return;
        readers.delete(channel);
        for (const listener of served) listener.end(channel);
      };
    },
    announce(events) {
      const isFirst = waiting.length === 0;
      for (const event of events) waiting.push(event);
      if (!isFirst || waiting.length === 0) return;
      firstMs = performance.now();
      defer(deliver);
    },
    notice(channel, seq) {
      // What was announced before comes before.
      deliver();
      readers.get(channel)?.notice(seq);
    },
    onServed(listener) {
      served.add(listener);
      return () => served.delete(listener);
    },
    countOf: (channel) => readers.get(channel)?.count ?? 0,
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
