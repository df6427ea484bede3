import type { DecodedFrame } from './dialects/dialect';
import type { Task } from './task';

/**
 * How a socket shows who it is. `none` sends nothing; `cookie` lets the browser send its cookies; `query` puts the token
 * into the address under that name, where proxies log it; `message` is the first frame.
 */
export type SocketAuth =
  | 'none'
  | 'cookie'
  | { readonly query: string }
  | { readonly message: (token: string) => string };

/**
 * What one kind of server expects on its socket, and what it can be expected to do there. Everything but `decode` has a
 * default that fits a server which only ever sends ([CS23]).
 */
export interface SocketDialogue<T extends Task = Task> {
  /**
   * Reads one JSON value of a frame. What is bad is named in `skipped`; a value at which it throws is skipped. Bare text and
   * what is no JSON never gets here.
   */
  readonly decode: (value: unknown) => DecodedFrame<T>;
  /** Default `none`. */
  readonly auth?: SocketAuth;
  /**
   * What has to arrive before this is *connected*: `open` nothing, `welcome` a `welcome` control. An event stands for a
   * welcome that was lost. What takes more than 10 s is given up. Default `open`.
   */
  readonly handshake?: 'open' | 'welcome';
  /** Frames that are sent as soon as this is connected, before the list is asked for. Default none. */
  readonly greeting?: readonly string[];
  /** Sent after 12 s of silence. A server that has ever answered it is given up when it does not. Default: nothing is sent. */
  readonly ping?: string;
  /** The answer to a server's own `ping`. Default: none. */
  readonly pong?: string;
  /** A server that has ever sent a `ping` of its own is given up after this silence, milliseconds. Default 75,000. */
  readonly quietMs?: number;
  /** The largest frame that the server takes, bytes; larger ones are refused here. Default 16 KiB. */
  readonly maxFrameBytes?: number;
  /** Close codes that refuse the token, besides 1008, 4001 and 4401. Default none. */
  readonly refusalCodes?: readonly number[];
}
