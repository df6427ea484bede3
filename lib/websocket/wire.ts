import type { ChannelUpdate, Undo } from '@/lib/protocol/connection-source';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';
import type { FaultName, MetricName } from './client-options';
import type { Failure } from './close-policy';
import type { Environment } from './environment';
import type { Link } from './link';
import type { TokenSource } from './token-source';

/** What a wire may ask of the client that runs it. */
export interface WireHost<T extends Task = Task> {
  readonly environment: Environment;
  /** Sends a frame on the open socket; `false` when it was refused. */
  send(text: string): boolean;
  /** The server acknowledged this client. */
  acknowledged(): void;
  /** The data of every channel is complete. */
  synced(): void;
  /** Gives the socket up for this reason. */
  fail(failure: Failure): void;
  /** Hands news to the listeners; returns when all of them have them. */
  publish(update: ChannelUpdate<T>): void;
  /** Reports and counts what went wrong; always `false`. */
  fault(name: FaultName, cause: unknown): false;
  metric(name: MetricName, value: number, channel?: string): void;
}

/** How one kind of server is spoken to. Lives as long as its client; `open` and `close` enclose each socket. */
export interface Wire {
  /** Where to dial; read at each attempt, after the token was taken. */
  readonly url: string;
  readonly protocols: string[];
  /** Where its token comes from. */
  readonly tokens: TokenSource;
  /** The socket of this link is open. */
  open(link: Link, token: string): void;
  /** A text frame came. */
  receive(text: string): void;
  /** The page may have slept while the socket seemed open. */
  wake(): void;
  /** The socket is gone. */
  close(): void;
  /** Wants a channel. `position` counts unless the socket carries the channel already. */
  add(channel: string, position?: Position): Undo;
  /** Sets where the caller stands in wanted channels, except those that the socket carries already. */
  place(positions: Readonly<Record<string, Position>>): void;
  /** Does not want a channel any more and forgets where it stood. */
  remove(channel: string): void;
}
