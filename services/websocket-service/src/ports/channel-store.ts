import type { Channel, Position } from '@/lib/protocol';
import type { EventLog } from './event-log';

/** A channel's whole set at a position; each task as the JSON text that the store keeps. */
export interface SnapshotContent {
  readonly position: Position;
  readonly tasks: readonly string[];
}

/** What a subscription asks first. Plain data. */
export interface LookRequest {
  readonly channel: Channel;
  readonly position?: Position;
  /** Names the hold that a recovery takes ([LG15]); the caller lets it go. */
  readonly hold: string;
  /** Seqs of this channel's snapshots that the caller has in memory. */
  readonly keptSeqs: readonly number[];
}

/** What a subscription is told. */
export type Look =
  /** Nothing after the position is missing: what follows it is held until the hold is let go. */
  | { readonly recovered: true; readonly position: Position; readonly replayed: number }
  /** A snapshot of about `bytes` is needed; 0 when the caller has one of this very position. */
  | { readonly recovered: false; readonly position: Position; readonly bytes: number };

/** The part of the storage that subscriptions read from. */
export interface ChannelStore extends Pick<EventLog, 'read'> {
  /** Decides, in one transaction, between replay and snapshot. */
  look(request: LookRequest): Promise<Look>;
  /** Tasks and position, read in one transaction ([LG6]). */
  snapshot(channel: Channel): Promise<SnapshotContent>;
  /** Ends a hold. */
  letGo(hold: string): Promise<void>;
}
