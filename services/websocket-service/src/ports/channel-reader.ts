import type { Channel, Position } from '@/lib/protocol';
import type { Undo } from './clock';
import type { LoggedEvent } from './event-log';

/** How a subscription starts. What it holds for its reader stays until `release` is called. */
export type Opening = OpeningState & { readonly release: Undo };

type OpeningState =
  /** The position is of this history and nothing after it is missing: `replayed` events lead to `position`. */
  | { readonly recovered: true; readonly position: Position; readonly replayed: number }
  /** The channel's whole set at `position`; each task as the JSON text that the store keeps. */
  | {
      readonly recovered: false;
      readonly position: Position;
      readonly tasks: readonly string[];
      /** The tasks live elsewhere: none are sent, and the client fetches them there. */
      readonly source?: 'backend';
    };

/** What a subscription reads. */
export interface ChannelReader {
  /**
   * Decides, in one transaction, between replay and snapshot. Without a position: a snapshot, which may have to wait for
   * room. `undefined` when it is not wanted any more.
   */
  open(channel: Channel, position: Position | undefined, isWanted: () => boolean): Promise<Opening | undefined>;
  /** See `EventLog.read`. */
  read(channel: Channel, after: number, limit: number): Promise<readonly LoggedEvent[]>;
}
