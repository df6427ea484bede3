import type { TaskMessage } from './dialects/task-update';
import type { AccessRemoved, TaskUpdate } from './native/server-message';
import type { Position } from './position';
import type { Task } from './task';
import type { TaskEvent } from './task-event';

/** Takes back what a subscription did; calling it again does nothing. */
export type Undo = () => void;

/** Why a connection ended for good: each can be told to a person. */
export type StopReason =
  /** The server refused the token and a fresh one too: the person has to sign in again. */
  | 'needs-auth'
  /** The token is fine but not for this place. */
  | 'forbidden'
  /** One side broke the protocol; a retry would break it again. */
  | 'protocol'
  /** The attempts allowed by `maxRetries` are used up; `connect()`, `online` or a wake starts anew. */
  | 'retries-exhausted';

/**
 * The connection as one union: each state carries only its own facts (docs/SPEC.md, CS). *Connected* means acknowledged
 * by the server. Times are of the client's monotonic clock, milliseconds.
 */
export type ConnectionState =
  | { readonly state: 'idle' }
  /** A socket is being opened (or a token fetched for it). `attempt` counts from 1 since the last lasting connection. */
  | { readonly state: 'connecting'; readonly attempt: number }
  /** The socket is open; the server has not acknowledged yet. */
  | { readonly state: 'handshaking'; readonly attempt: number }
  | { readonly state: 'connected'; readonly since: number }
  /** Waiting for the next attempt at `retryAt`; `reason` says why the last one ended. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly retryAt: number; readonly reason: string }
  | { readonly state: 'failed'; readonly attempt: number; readonly reason: StopReason; readonly detail: string }
  | { readonly state: 'closed' };

/** Seed 001's four words for the connection. */
export type ConnectionStatus = 'disconnected' | 'connecting' | 'connected' | 'error';

/** News of one subscribed channel, in order. What is handed over here has to be applied before the call returns: the
 * position is adopted right after it ([RS1]). */
export type ChannelUpdate<T extends Task = Task> =
  | {
      readonly type: 'subscribed';
      readonly channel: string;
      /** `true`: exactly the missed events follow. `false`: a snapshot follows, or `source` says where to fetch it. */
      readonly recovered: boolean;
      readonly replayed: number;
      readonly position: Position;
      readonly source?: 'backend';
    }
  | {
      readonly type: 'events';
      readonly channel: string;
      /** Where the channel stands after these events. */
      readonly position: Position;
      readonly events: readonly (TaskUpdate<T> | AccessRemoved)[];
    }
  /** A whole snapshot: replaces the channel's set. */
  | { readonly type: 'snapshot'; readonly channel: string; readonly position: Position; readonly tasks: readonly T[] }
  /** Everything known is of an old epoch; a snapshot of each channel follows. */
  | { readonly type: 'epoch'; readonly epoch: string }
  /** One event of a server without channels; `message` is the same in seed 001's form. */
  | { readonly type: 'plain'; readonly event: TaskEvent<T>; readonly message: TaskMessage<T> }
  /**
   * A server that replays nothing has (re)connected, or the page may have slept: fetch the list, events of now follow.
   * `told`: the server itself advises it; there is no hurry.
   */
  | { readonly type: 'resync'; readonly told?: true };

/**
 * A live connection as readers see it, whoever holds the socket (this tab, or another one later). `useWebSocket` reads one
 * from the registry of lib/websocket.
 */
export interface ConnectionSource<T extends Task = Task> {
  /** The current state; the same object until it changes. */
  getConnection(): ConnectionState;
  /** Called after each change of the state. */
  subscribe(listener: () => void): Undo;
  /** Hears one seed-001 message per event, whatever the dialect. */
  addMessageListener(listener: (message: TaskMessage<T>) => void): Undo;
  /** Hears the channels' news, in order. */
  addChannelListener(listener: (update: ChannelUpdate<T>) => void): Undo;
  /** Starts, or cuts any wait. */
  connect(): void;
  /** Ends the connection until `connect()`. */
  disconnect(): void;
}
