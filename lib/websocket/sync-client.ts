import { OWN_INBOX, userChannel } from '@/lib/protocol/channel';
import type {
  ChannelUpdate,
  ConnectionSource,
  ConnectionState,
  ConnectionStatus,
  Undo,
} from '@/lib/protocol/connection-source';
import type { TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';
import type { MetricName, SyncClientOptions } from './client-options';
import { Connection } from './connection';
import { retryCountOf, statusOf } from './connection-status';
import { browserEnvironment, type Environment } from './environment';
import { Listeners } from './listeners';
import { messageOf } from './message-of';
import { NativeWire } from './native-wire';
import { OutgoingQueue } from './outgoing-queue';
import { PlainWire } from './plain-wire';
import { TokenSource } from './token-source';
import type { WireHost } from './wire';

/** Retries before `failed` when `maxRetries` is not given. */
export const DEFAULT_MAX_RETRIES = 10;

/**
 * One connection to a task server that comes back by itself. With two arguments it speaks seed 001's plain form at
 * `url/<userId>`; `wire: 'native'` speaks `taskwire.v1` at `url`. Making one does nothing: `connect()` does.
 */
export class WebSocketSyncClient<T extends Task = Task> implements ConnectionSource<T> {
  readonly #options: SyncClientOptions;
  readonly #connection: Connection;
  readonly #native: NativeWire<T> | undefined;
  readonly #queue = new OutgoingQueue();
  readonly #threw = (error: unknown) => this.#report('a listener threw', error);
  readonly #changes = new Listeners<void>(this.#threw);
  readonly #statuses = new Listeners<ConnectionStatus>(this.#threw);
  readonly #messages = new Listeners<TaskMessage<T>>(this.#threw);
  readonly #updates = new Listeners<ChannelUpdate<T>>(this.#threw);
  #status: ConnectionStatus = 'disconnected';
  #disposed = false;

  /** @param url The server's socket address, without the user. @param userId Whose tasks. */
  constructor(
    readonly url: string,
    readonly userId: string,
    options: SyncClientOptions = {},
  ) {
    this.#options = options;
    const { environment = browserEnvironment, maxRetries = DEFAULT_MAX_RETRIES } = options;
    const host = this.#host(environment);
    const native = options.wire === 'native';
    const tokens = native ? new TokenSource(options.getToken) : undefined;
    const clientId = (native && options.clientId) || environment.random().toString(36).slice(2);
    this.#native = tokens && new NativeWire(url, clientId, host, tokens);
    const wire = this.#native ?? new PlainWire(url, userId, native ? undefined : options.pingText, host);
    this.#connection = new Connection(environment, wire, tokens, maxRetries, {
      changed: () => this.#changed(),
      acknowledged: () => {
        for (const text of this.#queue.drain()) this.send(text);
      },
      poison: host.poison,
      metric: host.metric,
    });
    if (!native) return;
    for (const channel of options.channels) this.subscribeChannel(channel);
    this.setPositions(options.positions ?? {});
  }

  /** Starts, or cuts any wait, also after `failed`. Does nothing while an attempt or a connection stands, or after `dispose`. */
  connect(): void {
    if (!this.#disposed) this.#connection.connect();
  }

  /** Closes the socket and stays closed until `connect()`. Positions and subscriptions are kept, held messages are not. */
  disconnect(): void {
    for (const text of this.#queue.drain()) this.#refuse('disconnected before it was sent', text);
    this.#connection.disconnect();
  }

  /** Ends it for good: no timer, listener or socket is left. */
  dispose(): void {
    this.#disposed = true;
    this.disconnect();
    for (const listeners of [this.#changes, this.#statuses, this.#messages, this.#updates]) listeners.clear();
  }

  /** Says that machine or page may have been away: cuts a wait or probes the socket. The environment's hints do the same. */
  wake(): void {
    this.#connection.wake();
  }

  /** The rich state; the same object until it changes. */
  get connection(): ConnectionState {
    return this.#connection.state;
  }

  getConnection(): ConnectionState {
    return this.connection;
  }

  /** Seed 001's word for the state. */
  getStatus(): ConnectionStatus {
    return statusOf(this.connection);
  }

  /** Failed attempts since the last lasting connection; 0 while connected. */
  getReconnectAttempts(): number {
    return retryCountOf(this.connection);
  }

  subscribe(listener: () => void): Undo {
    return this.#changes.add(listener);
  }

  /** Hears one seed-001 message per event, whatever the wire; heartbeats are not among them. */
  addMessageListener(listener: (message: TaskMessage<T>) => void): Undo {
    return this.#messages.add(listener);
  }

  removeMessageListener(listener: (message: TaskMessage<T>) => void): void {
    this.#messages.remove(listener);
  }

  /** Hears each change of the four words, not the word of now. */
  addStatusListener(listener: (status: ConnectionStatus) => void): Undo {
    return this.#statuses.add(listener);
  }

  removeStatusListener(listener: (status: ConnectionStatus) => void): void {
    this.#statuses.remove(listener);
  }

  addChannelListener(listener: (update: ChannelUpdate<T>) => void): Undo {
    return this.#updates.add(listener);
  }

  /** Wants one more channel, on this and every later socket (native only; elsewhere it does nothing). */
  subscribeChannel(channel: string, position?: Position): Undo {
    const name = channel === OWN_INBOX ? userChannel(this.userId) : channel;
    return this.#native?.channels.add(name, position) ?? (() => {});
  }

  /** Does not want a channel any more and forgets where it stood. */
  unsubscribeChannel(channel: string): void {
    this.#native?.channels.remove(channel === OWN_INBOX ? userChannel(this.userId) : channel);
  }

  /** Says where the caller's data stands, for channels that the open socket does not carry yet; others are left alone. */
  setPositions(positions: Readonly<Record<string, Position>>): void {
    for (const [channel, position] of Object.entries(positions)) this.#native?.channels.place(channel, position);
  }

  /** Where the client stands in each channel, after the data that was handed over. */
  positions(): ReadonlyMap<string, Position> {
    return this.#native?.channels.positions() ?? new Map();
  }

  /**
   * Sends a text of the application's own, or keeps it for the next connection. `false` when it was refused: above 16 KiB,
   * more than 100 waiting, or a socket that no longer drains; `onProtocolError` hears why.
   */
  send(text: string): boolean {
    const refusal = this.#queue.refusal(text, this.#connection.bufferedAmount);
    if (refusal !== undefined) return this.#refuse(refusal, text);
    if (this.connection.state === 'connected') this.#connection.send(text);
    else this.#queue.hold(text);
    return true;
  }

  #host(environment: Environment): WireHost<T> {
    return {
      now: () => environment.now(),
      random: () => environment.random(),
      send: (text) => this.#connection.send(text),
      acknowledged: () => this.#connection.acknowledged(),
      synced: () => this.#connection.synced(),
      silent: () => this.#connection.fail({ kind: 'silent' }),
      publish: (update) => this.#publish(update),
      report: (reason, cause) => this.#report(reason, cause),
      poison: (reason, item) => {
        this.#metric('poison', 1);
        this.#report(reason, item);
        return false;
      },
      metric: (name, value, channel) => this.#metric(name, value, channel),
    };
  }

  #publish(update: ChannelUpdate<T>): void {
    this.#updates.emit(update);
    if (update.type === 'plain') this.#messages.emit(update.message);
    if (update.type !== 'events') return;
    for (const event of update.events) {
      const message = messageOf(event);
      if (message) this.#messages.emit(message);
    }
  }

  #changed(): void {
    const status = this.getStatus();
    const isNewWord = status !== this.#status;
    this.#status = status;
    this.#changes.emit();
    if (isNewWord && status === this.#status) this.#statuses.emit(status);
  }

  #refuse(reason: string, text: string): false {
    this.#metric('refused', 1);
    this.#report(`not sent: ${reason}`, text);
    return false;
  }

  #metric(name: MetricName, value: number, channel?: string): void {
    try {
      this.#options.onMetric?.(name, value, channel);
    } catch {
      // A meter that breaks must not break what it measures.
    }
  }

  #report(reason: string, cause: unknown): void {
    try {
      this.#options.onProtocolError?.({ reason, cause });
    } catch {
      // As above.
    }
  }
}
