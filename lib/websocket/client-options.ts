import type { Position } from '@/lib/protocol/position';
import type { SocketDialogue } from '@/lib/protocol/socket-dialogue';
import type { Task } from '@/lib/protocol/task';
import type { Environment } from './environment';

/** What can go wrong without ending the connection. */
export type FaultName =
  /** A frame, an event or a task that could not be understood and was skipped ([RS7]). */
  | 'poison'
  /** A frame that was not sent, because the socket holds back too much or the queue is full. */
  | 'refused'
  /** An `error` message of the server. */
  | 'server-error'
  /** A listener threw; the others and the position are not touched by that. */
  | 'listener';

/** What `onMetric` reports ([CS13]). The value's unit stands beside each name; a fault counts 1 under its own name. */
export type MetricName =
  | FaultName
  /** An attempt began; its number since the last lasting connection. */
  | 'attempt'
  /** Milliseconds from the attempt's beginning to the server's acknowledgement. */
  | 'connected'
  /** Milliseconds from the loss (or the first `connect()`) until every channel's data was complete again. */
  | 'recovered'
  /** Events that a channel's replay brought. */
  | 'replayed'
  /** 1 for each gap found in a channel's sequence. */
  | 'gap'
  /** Characters of a frame received or sent (bytes, for ASCII). */
  | 'received'
  | 'sent';

/** One fault as `onProtocolError` hears it. Never holds a token. */
export interface ProtocolFault {
  readonly reason: FaultName;
  /** The item or frame as it was, the type of a refused message of the protocol, the server's message, or what was thrown. */
  readonly cause: unknown;
}

/** What every client takes. */
export interface CommonOptions {
  /** Failed tries in a row after which the client gives up, on top of the first. Default 10; `Infinity` never gives up. */
  readonly maxRetries?: number;
  /** Where clock, chance, sockets, timers and wake hints come from. Default: `browserEnvironment`. */
  readonly environment?: Environment;
  /** Called synchronously; what it throws is dropped. */
  readonly onMetric?: (name: MetricName, value: number, channel?: string) => void;
  /** Called once per fault; what it throws is dropped. Default: faults are only counted. */
  readonly onProtocolError?: (fault: ProtocolFault) => void;
}

/** A server that only tells what happens; nothing can be resumed. Without `dialogue` it is seed 001's plain form. */
export interface PlainOptions<T extends Task = Task> extends CommonOptions {
  readonly wire?: 'plain';
  /** A text that this server answers, sent as a ping. Default: nothing is sent, and only a promised heartbeat is missed. */
  readonly pingText?: string;
  /** How this server is spoken to, at `url` as it is. Default: seed 001's way, the user id as last part of the path. */
  readonly dialogue?: SocketDialogue<T> | undefined;
  /** As in {@link NativeOptions}. Default: no token is asked for. */
  readonly getToken?: (() => Promise<string>) | undefined;
}

/** The native protocol `taskwire.v1`, as `NativeSyncClient` takes it. */
export interface NativeOptions extends CommonOptions {
  readonly wire: 'native';
  /**
   * Called before a handshake when no good token is known, and before the token ends. Rejecting, hanging (10 s) and giving
   * anything but a non-empty string are retried with backoff. Never called twice at the same time.
   */
  readonly getToken: () => Promise<string>;
  /** What to subscribe to at first; `user:me` is the own inbox. More by `subscribeChannel`. */
  readonly channels: readonly string[];
  /** Where the caller's data stands, per channel. Default: nowhere, so that a snapshot comes. */
  readonly positions?: Readonly<Record<string, Position>>;
  /** Names this client in the server's logs. Default: drawn once per client. */
  readonly clientId?: string;
}

/** The same for `WebSocketSyncClient`. */
export interface GatheringOptions extends NativeOptions {
  /**
   * Calls back once the present turn of the event loop is over. With it the first event of a burst is handed over at once and
   * what follows in the turn together ([RX43]). Default: each by itself.
   */
  readonly scheduleTurn?: ((callback: () => void) => void) | undefined;
}

/** Options of `WebSocketSyncClient`. */
export type SyncClientOptions<T extends Task = Task> = PlainOptions<T> | GatheringOptions;
