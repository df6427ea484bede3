import type { Channel, Position } from '@/lib/protocol';
import type { LoggedEvent } from './event-log';

/** How a subscription starts. */
export type Opening =
  /** The position is of this history and nothing after it is missing: `replayed` events lead to `position`. */
  | { readonly recovered: true; readonly position: Position; readonly replayed: number }
  /** The channel's whole set at `position`; each task as the JSON text that the store keeps. */
  | { readonly recovered: false; readonly position: Position; readonly tasks: readonly string[] };

/** What a subscription reads. */
export interface ChannelReader {
  /** Decides, in one transaction, between replay and snapshot. Without a position: a snapshot. */
  open(channel: Channel, position: Position | undefined): Promise<Opening>;
  /** See `EventLog.read`. */
  read(channel: Channel, after: number, limit: number): Promise<readonly LoggedEvent[]>;
}
