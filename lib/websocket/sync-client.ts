import type { ChannelUpdate, ConnectionSource, ConnectionStatus, Undo } from '@/lib/protocol/connection-source';
import { decodeTaskUpdate, type TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { SocketDialogue } from '@/lib/protocol/socket-dialogue';
import type { Task } from '@/lib/protocol/task';
import type { PlainOptions, SyncClientOptions } from './client-options';
import { retryCountOf, statusOf } from './connection-status';
import { CoreClient } from './core-client';
import { createGatheringWire } from './gathering-wire';
import { Listeners } from './listeners';
import { messagesOf } from './messages-of';
import { createNativeWire } from './native-wire';
import { isTooLong, OutgoingQueue } from './outgoing-queue';
import { createPlainWire, userAddress } from './plain-wire';
import { withRefusals } from './refusal-codes';
import type { WireHost } from './wire';

/**
 * Seed 001's client: one connection to a task server that comes back by itself. With two arguments it speaks the plain form
 * at `url/<userId>`; `wire: 'native'` speaks `taskwire.v1` at `url`. Making one does nothing: `connect()` does.
 */
export class WebSocketSyncClient<T extends Task = Task> extends CoreClient<T> implements ConnectionSource<T> {
  readonly #messages = new Listeners<TaskMessage<T>>((error) => this.fault('listener', error));
  readonly #queue = new OutgoingQueue();
  readonly #statuses = new Listeners<ConnectionStatus>((error) => this.fault('listener', error));
  readonly #maxFrameBytes: number | undefined;
  #status: ConnectionStatus = 'disconnected';

  /** @param url The server's socket address, without the user. @param userId Whose tasks. */
  constructor(
    readonly url: string,
    readonly userId: string,
    options: SyncClientOptions<T> = {},
  ) {
    const dialogue = options.wire === 'native' ? undefined : options.dialogue;
    super(withRefusals(options, dialogue?.refusalCodes), (host) => {
      const hostOfMessages = { ...host, publish: (update: ChannelUpdate<T>) => this.#publish(host, update) };
      if (options.wire !== 'native') return createPlainWire(...plainParts(url, userId, options), hostOfMessages);
      const { scheduleTurn } = options;
      const wire = createNativeWire(url, userId, options, hostOfMessages);
      return scheduleTurn === undefined ? wire : createGatheringWire(wire, scheduleTurn);
    });
    this.#maxFrameBytes = dialogue?.maxFrameBytes;
    this.subscribe(() => this.#follow());
  }

  /** Hears one seed-001 message per event, whatever the wire, after the channel listeners; heartbeats are not among them. */
  addMessageListener(listener: (message: TaskMessage<T>) => void): Undo {
    return this.#messages.add(listener);
  }

  /** The undo by name. */
  removeMessageListener(listener: (message: TaskMessage<T>) => void): void {
    this.#messages.remove(listener);
  }

  /** Hears each change of the four words, not the word of now. */
  addStatusListener(listener: (status: ConnectionStatus) => void): Undo {
    return this.#statuses.add(listener);
  }

  /** The undo by name. */
  removeStatusListener(listener: (status: ConnectionStatus) => void): void {
    this.#statuses.remove(listener);
  }

  /** Seed 001's word for the state. */
  getStatus(): ConnectionStatus {
    return statusOf(this.connection);
  }

  /** Failed attempts since the last lasting connection; 0 while connected. */
  getReconnectAttempts(): number {
    return retryCountOf(this.connection);
  }

  /**
   * Sends a text of the application's own, or keeps it for the next connection. `false`, with a fault `refused`, above 16
   * KiB (or what the dialogue allows), with 100 messages waiting already, or on a socket that no longer drains. `disconnect()` refuses what waits.
   */
  send(text: string): boolean {
    if (isTooLong(text, this.#maxFrameBytes)) return this.fault('refused', text);
    const isTaken = this.connection.state === 'connected' ? this.transmit(text) : this.#queue.hold(text);
    return isTaken || this.fault('refused', text);
  }

  #publish(host: WireHost<T>, update: ChannelUpdate<T>): void {
    host.publish(update);
    for (const message of messagesOf(update)) this.#messages.emit(message);
  }

  #follow(): void {
    const { state } = this.connection;
    if (state === 'connected') for (const text of this.#queue.drain()) this.send(text);
    if (state === 'closed') for (const text of this.#queue.drain()) this.fault('refused', text);
    const status = this.getStatus();
    if (status === this.#status) return;
    this.#status = status;
    this.#statuses.emit(status);
  }
}

/** What the plain wire is made of: the server's own dialogue at its own address, else seed 001's. */
function plainParts<T extends Task>(url: string, userId: string, { dialogue, pingText, getToken }: PlainOptions<T>) {
  if (dialogue !== undefined) return [url, dialogue, getToken] as const;
  const seed: SocketDialogue<T> = { decode: decodeTaskUpdate, ...(pingText !== undefined && { ping: pingText }) };
  return [userAddress(url, userId), seed, getToken] as const;
}
