import type { ConnectionState, StopReason } from '@/lib/protocol/connection-source';

/** What can happen to a connection; every event carries the facts of the state that it leads to. */
export type ConnectionEvent =
  /** An attempt starts after a rest: somebody asked, or a wait is over. */
  | { readonly type: 'dial'; readonly attempt: number }
  /** The socket is given up and another attempt starts in the same turn. */
  | { readonly type: 'replaced'; readonly attempt: number }
  /** The socket is open. */
  | { readonly type: 'opened' }
  /** The server acknowledged the client, at this monotonic time. */
  | { readonly type: 'acknowledged'; readonly at: number }
  /** The attempt or the connection ended; the next attempt is at `retryAt`. */
  | { readonly type: 'lost'; readonly attempt: number; readonly retryAt: number; readonly reason: string }
  /** The attempt or the connection ended for good. */
  | { readonly type: 'stopped'; readonly attempt: number; readonly reason: StopReason; readonly detail: string }
  /** The application does not want a connection. */
  | { readonly type: 'disconnected' };

/** Where every connection starts. */
export const IDLE: ConnectionState = { state: 'idle' };

/**
 * The state after an event ([CS1]). Pure. An event that means nothing in a state returns the very same object, so that
 * `===` tells whether anything happened.
 */
export function transition(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  const now = state.state;
  const busy = now === 'connecting' || now === 'handshaking' || now === 'connected';
  switch (event.type) {
    case 'dial':
      return busy ? state : { state: 'connecting', attempt: event.attempt };
    case 'replaced':
      return busy ? { state: 'connecting', attempt: event.attempt } : state;
    case 'opened':
      return now === 'connecting' ? { state: 'handshaking', attempt: state.attempt } : state;
    case 'acknowledged':
      return now === 'handshaking' ? { state: 'connected', since: event.at } : state;
    case 'lost':
      return busy ? { state: 'waiting', attempt: event.attempt, retryAt: event.retryAt, reason: event.reason } : state;
    case 'stopped':
      return busy ? { state: 'failed', attempt: event.attempt, reason: event.reason, detail: event.detail } : state;
    case 'disconnected':
      return now === 'idle' || now === 'closed' ? state : { state: 'closed' };
  }
}
