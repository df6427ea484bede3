import type { ChannelUpdate } from '@/lib/protocol/connection-source';
import type { Task } from '@/lib/protocol/task';
import type { MetricName } from './client-options';
import type { Link } from './link';

/** What a wire may ask of the client that runs it. All are safe to pass on as they are. */
export interface WireHost<T extends Task = Task> {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  /** Sends a frame of the protocol on the open socket. */
  readonly send: (text: string) => void;
  /** The server acknowledged this client. */
  readonly acknowledged: () => void;
  /** The data of every channel is complete. */
  readonly synced: () => void;
  /** Gives the socket up as dead. */
  readonly silent: () => void;
  /** Hands news to the listeners; returns when all of them have them. */
  readonly publish: (update: ChannelUpdate<T>) => void;
  /** Counts and reports an item that is skipped; always `false`. */
  readonly poison: (reason: string, item: unknown) => false;
  readonly report: (reason: string, cause: unknown) => void;
  readonly metric: (name: MetricName, value: number, channel?: string) => void;
}

/** How one kind of server is spoken to. Lives as long as its client; `open` and `close` enclose each socket. */
export interface Wire {
  readonly url: string;
  readonly protocols: string[];
  /** The socket of this link is open. `token` is empty on wires without one. */
  open(link: Link, token: string): void;
  /** A text frame came. */
  receive(text: string): void;
  /** The page may have slept while the socket seems open. */
  wake(): void;
  /** The socket is gone. */
  close(): void;
}
