import type { Channel, Position } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { LoggedEvent } from '@/ports/event-log';
import { skipOf, withdrawnTaskOf } from '@/ports/withdrawn-events';

/** Events of one channel that are kept in memory, unless somebody still reads more. */
const MAX_EVENTS = 256;

/** A start from memory. What it needs stays there until it is released. */
export interface RecentStart {
  readonly position: Position;
  readonly replayed: number;
  readonly release: Undo;
}

/** The latest events of every channel, as far as there is room: who was away for a moment needs no database. */
export interface RecentEvents {
  /** Takes in what was committed, in the order of the log. */
  add(events: readonly LoggedEvent[]): void;
  /** Goes on from a position whose event is known here; `undefined`: ask the log. */
  recover(channel: Channel, position: Position): RecentStart | undefined;
  /** See `EventLog.read`; `undefined`: ask the log. */
  read(channel: Channel, after: number, limit: number): readonly LoggedEvent[] | undefined;
}

interface Ring {
  /** In order, without gaps. */
  events: LoggedEvent[];
  /** Where readers stand that still need what follows. */
  readonly needed: Set<{ readonly after: number }>;
}

/**
 * Makes an empty memory of together about `maxBytes`. It is only right where this process hears of every commit in its
 * order: a log that others write too may be ahead of it.
 */
export function createRecentEvents(epoch: string, maxBytes: number): RecentEvents {
  // The channel that was written to longest ago comes first.
  const rings = new Map<Channel, Ring>();
  let latest: Channel | undefined;
  let bytes = 0;

  const shorten = (ring: Ring, length: number): void => {
    if (ring.events.length <= length) return;
    const floor = Math.min(...[...ring.needed].map(({ after }) => after));
    while (ring.events.length > length) {
      const [first] = ring.events;
      if (first === undefined || first.seq > floor) return;
      ring.events.shift();
      bytes -= first.body.length;
    }
  };

  const makeRoom = (): void => {
    for (const [channel, ring] of rings) {
      if (bytes <= maxBytes) return;
      shorten(ring, 0);
      if (ring.events.length === 0) rings.delete(channel);
    }
  };

  const addOne = (event: LoggedEvent): void => {
    const known = rings.get(event.channel);
    const ring = known ?? { events: [], needed: new Set() };
    // What its readers may no longer see is not told from memory either ([SV63]).
    const withdrawn = withdrawnTaskOf(event);
    if (withdrawn !== undefined) ring.events = ring.events.map((old) => veiled(old, withdrawn));
    ring.events.push(event);
    bytes += event.body.length;
    if (known === undefined || event.channel !== latest) {
      rings.delete(event.channel);
      rings.set(event.channel, ring);
      latest = event.channel;
    }
    shorten(ring, MAX_EVENTS);
  };

  const veiled = (event: LoggedEvent, taskId: string): LoggedEvent => {
    if (event.type !== 'task_update' || event.taskId !== taskId) return event;
    const skip = skipOf(event);
    bytes -= event.body.length - skip.body.length;
    return skip;
  };

  return {
    add(events) {
      for (const event of events) addOne(event);
      makeRoom();
    },
    recover(channel, position) {
      const ring = rings.get(channel);
      const last = ring?.events.at(-1);
      const own = ring?.events[position.seq - (ring.events[0]?.seq ?? 0)];
      if (ring === undefined || last === undefined || own === undefined || position.epoch !== epoch) return undefined;
      if (position.eventId !== undefined && position.eventId !== own.eventId) return undefined;
      const need = { after: position.seq };
      ring.needed.add(need);
      return {
        position: { epoch, seq: last.seq, eventId: last.eventId },
        replayed: last.seq - position.seq,
        release: () => void ring.needed.delete(need),
      };
    },
    read(channel, after, limit) {
      const ring = rings.get(channel);
      const first = ring?.events[0];
      if (ring === undefined || first === undefined || after + 1 < first.seq) return undefined;
      const start = after + 1 - first.seq;
      return start >= ring.events.length ? undefined : ring.events.slice(start, start + limit);
    },
  };
}
