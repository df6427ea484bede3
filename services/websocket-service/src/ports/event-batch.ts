import type { Channel, Position } from '@/lib/protocol';
import type { LoggedEvent } from './event-log';
import { WireFrame } from './wire-frame';

/** Writes events of one channel as frames of one dialect; the same function is the same dialect. */
export type EncodeEvents = (events: readonly LoggedEvent[]) => readonly string[];

/** Where a reader stands in one channel. */
export type Place = Pick<Position, 'seq' | 'eventId'>;

/** Neighbouring events of one channel on their way to all its readers. */
export class EventBatch {
  /** Where a reader stands after it; one object for all of them. */
  readonly end: Place;
  readonly #frames = new Map<EncodeEvents, readonly WireFrame[]>();

  /** @param events At least one, in order, without gaps. */
  constructor(
    readonly channel: Channel,
    readonly events: readonly LoggedEvent[],
  ) {
    const last = events.at(-1);
    this.end = { seq: last?.seq ?? 0, ...(last !== undefined && { eventId: last.eventId }) };
  }

  get firstSeq(): number {
    return this.events[0]?.seq ?? 0;
  }

  get lastSeq(): number {
    return this.end.seq;
  }

  /** The frames in one dialect: made for its first reader, the same bytes for all others ([SV20]). */
  framesBy(encode: EncodeEvents): readonly WireFrame[] {
    const known = this.#frames.get(encode);
    if (known !== undefined) return known;
    const frames = encode(this.events).map((text) => WireFrame.of(text));
    this.#frames.set(encode, frames);
    return frames;
  }

  /** The same, but `undefined` where they can't be encoded: nobody else may have to do without theirs ([SV156]). */
  triedBy(encode: EncodeEvents): readonly WireFrame[] | undefined {
    try {
      return this.framesBy(encode);
    } catch {
      return undefined;
    }
  }
}
