import type { Channel, Position } from '@/lib/protocol';
import type { LoggedEvent } from './event-log';
import { WireFrame } from './wire-frame';

/** Writes events of one channel as frames of one dialect; the same function is the same dialect. */
export type EncodeEvents = (events: readonly LoggedEvent[]) => readonly string[];

/** Neighbouring events of one channel on their way to all its readers. */
export class EventBatch {
  /** Where a reader stands after it; one object for all of them. */
  readonly end: Pick<Position, 'seq' | 'eventId'>;
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
}

/** A reader of channels. */
export interface Subscriber {
  /** `removals`: it has no use for a batch without an `access_removed`, and costs other batches nothing ([SV107]). */
  readonly hears?: 'removals';
  /** It passes on only some of the channel's events: its client is none of the channel's ([SV152]). */
  readonly isPartial?: boolean;
  /** Takes the next events of a channel; must not throw. */
  receive(batch: EventBatch): void;
  /** Hears that its channel has come to `seq`; must not throw. Who keeps no position has no use for it. */
  notice?(seq: number): void;
}
