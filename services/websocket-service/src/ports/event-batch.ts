import type { Channel } from '@/lib/protocol';
import type { LoggedEvent } from './event-log';

/** Writes events of one channel as frames of one dialect; the same function is the same dialect. */
export type EncodeEvents = (events: readonly LoggedEvent[]) => readonly string[];

/** Neighbouring events of one channel on their way to all its readers. */
export class EventBatch {
  readonly #frames = new Map<EncodeEvents, readonly Buffer[]>();

  /** @param events At least one, in order, without gaps. */
  constructor(
    readonly channel: Channel,
    readonly events: readonly LoggedEvent[],
  ) {}

  get firstSeq(): number {
    return this.events[0]?.seq ?? 0;
  }

  get lastSeq(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  /** The frames in one dialect: made for its first reader, the same bytes for all others ([SV20]). */
  framesBy(encode: EncodeEvents): readonly Buffer[] {
    const known = this.#frames.get(encode);
    if (known !== undefined) return known;
    const frames = encode(this.events).map((text) => Buffer.from(text));
    this.#frames.set(encode, frames);
    return frames;
  }
}

/** A reader of channels. */
export interface Subscriber {
  /** Takes the next events of a channel; must not throw. */
  receive(batch: EventBatch): void;
  /** Hears that its channel has come to `seq`; must not throw. Who keeps no position has no use for it. */
  notice?(seq: number): void;
}
