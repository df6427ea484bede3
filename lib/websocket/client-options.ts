import type { Position } from '@/lib/protocol/position';
import type { Environment } from './environment';

/** What `onMetric` reports ([CS10]). The value's unit stands beside each name. */
export type MetricName =
  /** A try began; its number since the last lasting connection. */
  | 'attempt'
  /** Milliseconds from the try's beginning to the server's acknowledgement. */
  | 'connected'
  /** Milliseconds from the loss (or the first `connect()`) until every channel's data was complete again. */
  | 'recovered'
  /** Events that a channel's replay brought. */
  | 'replayed'
  /** 1 for each gap found in a channel's sequence. */
  | 'gap'
  /** 1 for each item that could not be understood and was skipped. */
  | 'poison'
  /** 1 for each message that was not sent. */
  | 'refused'
  /** Characters of a frame received or sent (bytes, for ASCII). */
  | 'received'
  | 'sent';

/** Something that went wrong without ending the connection: a bad item, a refused message, a listener that threw. */
export interface ProtocolFault {
  /** What went wrong, for a log. Never holds a token. */
  readonly reason: string;
  /** The item as it came, or the error that was thrown. */
  readonly cause?: unknown;
}

interface CommonOptions {
  /** Failed tries in a row after which the client gives up, on top of the first. Default 10; `Infinity` never gives up. */
  readonly maxRetries?: number;
  /** Where clock, chance, sockets, timers and wake hints come from. Default: `browserEnvironment`. */
  readonly environment?: Environment;
  /** Called synchronously; what it throws is dropped. */
  readonly onMetric?: (name: MetricName, value: number, channel?: string) => void;
  /** Called once per fault; what it throws is dropped. Default: faults are only counted. */
  readonly onProtocolError?: (fault: ProtocolFault) => void;
}

/** Seed 001's plain form: the user id goes into the path, connected means open, nothing can be resumed. */
export interface PlainOptions extends CommonOptions {
  readonly wire?: 'plain';
  /** A text that this server answers, sent as a ping. Default: nothing is sent, and only a promised heartbeat is missed. */
  readonly pingText?: string;
}

/** The native protocol `taskwire.v1`. */
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

/** Options of `WebSocketSyncClient`. */
export type SyncClientOptions = PlainOptions | NativeOptions;
