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
import { type Connection, createConnection } from './connection';
import { retryCountOf, statusOf } from './connection-status';
import { browserEnvironment } from './environment';
import { Listeners } from './listeners';
import { messageOf } from './message-of';
import { createNativeWire, type NativeWire } from './native-wire';
import { OutgoingQueue } from './outgoing-queue';
import { createPlainWire } from './plain-wire';
import { createTokenSource } from './token-source';

/** Retries before `failed` when `maxRetries` is not given. */
export const DEFAULT_MAX_RETRIES = 10;

/**
 * One connection to a task server that comes back by itself. With two arguments it speaks seed 001's plain form at
 * `url/<userId>`; `wire: 'native'` speaks `taskwire.v1` at `url`. Making one does nothing: `connect()` does.
 */
export class WebSocketSyncClient<T extends Task = Task> implements ConnectionSource<T> {
  readonly #options: SyncClientOptions;
  readonly #connection: Connection;
  readonly #queue = new OutgoingQueue();
  readonly #threw = (error: unknown) => this.#fault('a listener threw', error);
  readonly #changes = new Listeners<void>(this.#threw);
  readonly #statuses = new Listeners<ConnectionStatus>(this.#threw);
  readonly #messages = new Listeners<TaskMessage<T>>(this.#threw);
  readonly #updates = new Listeners<ChannelUpdate<T>>(this.#threw);
  #native: NativeWire | undefined;
  #status: ConnectionStatus = 'disconnected';
  #disposed = false;

  /** @param url The server's socket address, without the user. @param userId Whose tasks. */
  constructor(
    readonly url: string,
    readonly userId: string,
    options: SyncClientOptions = {},
  ) {
    const { environment = browserEnvironment, maxRetries = DEFAULT_MAX_RETRIES } = options;
    this.#options = options;
    this.#connection = createConnection<T>(
      {
        environment,
        maxRetries,
        publish: (update) => this.#publish(update),
        fault: (reason, cause, metric) => this.#fault(reason, cause, metric),
        metric: (name, value, channel) => this.#metric(name, value, channel),
        changed: () => this.#changed(),
        ready: () => {
          for (const text of this.#queue.drain()) this.send(text);
        },
      },
      (host) => {
        if (options.wire !== 'native') return createPlainWire(url, userId, options.pingText, host);
        const { channels, positions = {}, clientId = environment.random().toString(36).slice(2) } = options;
        const native = createNativeWire(url, clientId, createTokenSource(options.getToken), host);
        this.#native = native;
        for (const channel of channels) this.subscribeChannel(channel);
        this.setPositions(positions);
        return native;
      },
    );
  }

  /** Starts, or cuts any wait, also after `failed`. Does nothing while an attempt or a connection stands, or after `dispose`. */
  connect(): void {
    if (!this.#disposed) this.#connection.connect();
  }

  /** Closes the socket and stays closed until `connect()`. Positions and subscriptions are kept, held messages are not. */
  disconnect(): void {
    for (const text of this.#queue.drain()) this.#refuse('disconnected', text);
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
    return this.#connection.state();
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

  readonly subscribe = this.#changes.add;

  /** Hears one seed-001 message per event, whatever the wire; heartbeats are not among them. */
  readonly addMessageListener = this.#messages.add;
  readonly removeMessageListener = this.#messages.remove;

  /** Hears each change of the four words, not the word of now. */
  readonly addStatusListener = this.#statuses.add;
  readonly removeStatusListener = this.#statuses.remove;

  readonly addChannelListener = this.#updates.add;

  /** Wants one more channel, on this and every later socket (native only; elsewhere it does nothing). */
  subscribeChannel(channel: string, position?: Position): Undo {
    this.#native?.add(this.#nameOf(channel), position);
    return () => this.unsubscribeChannel(channel);
  }

  /** Does not want a channel any more and forgets where it stood. */
  unsubscribeChannel(channel: string): void {
    this.#native?.remove(this.#nameOf(channel));
  }

  /** Says where the caller's data stands, for channels that the open socket does not carry yet; others are left alone. */
  setPositions(positions: Readonly<Record<string, Position>>): void {
    for (const [channel, position] of Object.entries(positions)) this.#native?.place(this.#nameOf(channel), position);
  }

  /** Where the client stands in each channel, after the data that was handed over. */
  positions(): ReadonlyMap<string, Position> {
    return this.#native?.positions() ?? new Map();
  }

  /**
   * Sends a text of the application's own, or keeps it for the next connection. `false` when it was refused: above 16 KiB,
   * more than 100 waiting, or a socket that no longer drains; `onProtocolError` hears why.
   */
  send(text: string): boolean {
    const refusal = this.#queue.refusal(text, this.#connection.held());
    if (refusal !== undefined) return this.#refuse(refusal, text);
    if (this.connection.state === 'connected') this.#connection.send(text);
    else this.#queue.hold(text);
    return true;
  }

  #nameOf(channel: string): string {
    return channel === OWN_INBOX ? userChannel(this.userId) : channel;
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
    return this.#fault(`not sent: ${reason}`, text, 'refused');
  }

  #fault(reason: string, cause: unknown, metric?: MetricName): false {
    if (metric) this.#metric(metric, 1);
    this.#tell(() => this.#options.onProtocolError?.({ reason, cause }));
    return false;
  }

  #metric(name: MetricName, value: number, channel?: string): void {
    this.#tell(() => this.#options.onMetric?.(name, value, channel));
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch {
      // A meter that breaks must not break what it measures.
    }
  }
}
