import type { ChannelUpdate } from '@/lib/protocol/connection-source';
import type { Task } from '@/lib/protocol/task';
import type { MetricName } from './client-options';
import type { Environment } from './environment';
import type { Link } from './link';
import type { TokenSource } from './token-source';

/** What a wire may ask of the client that runs it. */
export interface WireHost<T extends Task = Task> {
  readonly environment: Environment;
  /** Sends a frame of the protocol on the open socket. */
  send(text: string): void;
  /** The server acknowledged this client. */
  acknowledged(): void;
  /** The data of every channel is complete. */
  synced(): void;
  /** Gives the socket up as dead. */
  silent(): void;
  /** Hands news to the listeners; returns when all of them have them. */
  publish(update: ChannelUpdate<T>): void;
  /** Reports what went wrong, and counts it under a name where one is given. Always `false`. */
  fault(reason: string, cause: unknown, metric?: MetricName): false;
  metric(name: MetricName, value: number, channel?: string): void;
}

/** How one kind of server is spoken to. Lives as long as its client; `open` and `close` enclose each socket. */
export interface Wire {
  readonly url: string;
  readonly protocols: string[];
  /** Where its token comes from, on wires that have one. */
  readonly tokens?: TokenSource;
  /** The socket of this link is open. `token` is empty without `tokens`. */
  open(link: Link, token: string): void;
  /** A text frame came. */
  receive(text: string): void;
  /** The page may have slept while the socket seemed open. */
  wake(): void;
  /** The socket is gone. */
  close(): void;
}
