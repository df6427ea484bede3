import type { ChannelUpdate, ConnectionState, Undo } from '@/lib/protocol/connection-source';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';
import type { CommonOptions } from './client-options';
import { createConnection } from './connection';
import { browserEnvironment } from './environment';
import { Listeners } from './listeners';
import type { Wire, WireHost } from './wire';

/** Retries before `failed` when `maxRetries` is not given. */
export const DEFAULT_MAX_RETRIES = 10;

/**
 * What every client has, whatever it speaks: state, listeners, channels. Its functions need no `this`. Making one does
 * nothing: `connect()` does.
 */
export class CoreClient<T extends Task = Task> {
  /** Starts, or cuts any wait, also after `failed`. Does nothing while an attempt or a connection stands, or after `dispose`. */
  declare readonly connect: () => void;
  /** Closes the socket and stays closed until `connect()`. Positions and subscriptions are kept. */
  declare readonly disconnect: () => void;
  /** Says that machine or page may have been away: cuts a wait or probes the socket. The environment's hints do the same. */
  declare readonly wake: () => void;
  /** Ends it for good: no timer, listener or socket is left. */
  declare readonly dispose: () => void;
  /** The rich state; the same object until it changes. */
  declare readonly getConnection: () => ConnectionState;
  /** Calls after each change of the rich state. */
  declare readonly subscribe: (listener: () => void) => Undo;
  /** Hears the channels' news, in order. */
  declare readonly addChannelListener: (listener: (update: ChannelUpdate<T>) => void) => Undo;
  /**
   * Wants one more channel, on this and every later socket (native only; elsewhere it does nothing). `position`, where the
   * caller's data stands, counts unless the open socket carries the channel already.
   */
  declare readonly subscribeChannel: (channel: string, position?: Position) => Undo;
  /** Does not want a channel, by its full name, any more and forgets where it stood. */
  declare readonly unsubscribeChannel: (channel: string) => void;
  /** Says where the caller's data stands, for wanted channels that the open socket does not carry yet. */
  declare readonly setPositions: (positions: Readonly<Record<string, Position>>) => void;
  /** Sends a frame of the application's own on the open socket; `false` when it was refused. */
  declare protected readonly transmit: (text: string) => boolean;
  /** Reports and counts a fault. */
  declare protected readonly fault: WireHost['fault'];

  /** @param createWire Makes what this client speaks. Called once, now. */
  constructor(
    { environment = browserEnvironment, maxRetries = DEFAULT_MAX_RETRIES, onMetric, onProtocolError }: CommonOptions,
    createWire: (host: WireHost<T>) => Wire,
  ) {
    const metric = quietly(onMetric);
    const report = quietly(onProtocolError);
    const fault: WireHost['fault'] = (reason, cause) => {
      metric(reason, 1);
      report({ reason, cause });
      return false;
    };
    const threw = (error: unknown) => fault('listener', error);
    const changes = new Listeners<void>(threw);
    const updates = new Listeners<ChannelUpdate<T>>(threw);
    let isDisposed = false;

    const { state, connect, disconnect, wake, send, wire } = createConnection<T>(
      { environment, maxRetries, publish: updates.emit, fault, metric, changed: changes.emit },
      createWire,
    );
    this.connect = () => isDisposed || connect();
    this.disconnect = disconnect;
    this.wake = wake;
    this.dispose = () => {
      isDisposed = true;
      disconnect();
    };
    this.getConnection = state;
    this.subscribe = changes.add;
    this.addChannelListener = updates.add;
    this.subscribeChannel = wire.add;
    this.unsubscribeChannel = wire.remove;
    this.setPositions = wire.place;
    this.transmit = send;
    this.fault = fault;
  }

  /** The rich state; the same object until it changes. */
  get connection(): ConnectionState {
    return this.getConnection();
  }
}

/** The same call, if any, but what it throws is dropped: a meter that breaks must not break what it measures. */
function quietly<A extends unknown[]>(call: ((...args: A) => void) | undefined): (...args: A) => void {
  return (...args) => {
    try {
      call?.(...args);
    } catch {}
  };
}
