import type { EncodeEvents, EventBatch, Place } from './event-batch';
import type { PeerSocket } from './peer-socket';

/** A reader of channels. */
export type Subscriber = PlainSubscriber | AlikeSubscriber;

/** A reader that is told everything. */
export interface PlainSubscriber {
  /** `removals`: it has no use for a batch without an `access_removed`, and costs other batches nothing ([SV107]). */
  readonly hears?: 'removals';
  /** It passes on only some of the channel's events: its client is none of the channel's ([SV152]). */
  readonly isPartial?: boolean;
  /** Takes the next events of a channel; must not throw. */
  receive(batch: EventBatch): void;
  /** Hears that its channel has come to `seq`; must not throw. Who keeps no position has no use for it. */
  notice?(seq: number): void;
}

/**
 * A reader that, while it is live, gets what every other one at its place gets. As long as it is in a {@link LivePlace} it is
 * not told what comes: that is written for it ([SV109]).
 */
export interface AlikeSubscriber {
  readonly hears: 'alike';
  readonly encode: EncodeEvents;
  readonly outbound: PeerSocket;
  /** Where it stands when nothing is to be sent to it but what comes next; `undefined` otherwise, and in a live place. */
  readonly readyAt: Place | undefined;
  /** Its number among those who stand with it, kept by the place; -1 outside. */
  livePlaceIndex: number;
  /** From now on it stands where `place` is. */
  join(place: LivePlace): void;
  /** From now on it stands by itself, where the place is now. */
  leave(): void;
  receive(batch: EventBatch): void;
  notice(seq: number): void;
}

/** Where readers of one channel stand together; it moves with what is written to them. */
export interface LivePlace {
  readonly end: Place;
  /** Lets a reader go. @returns whether it was here. */
  remove(member: AlikeSubscriber): boolean;
}
