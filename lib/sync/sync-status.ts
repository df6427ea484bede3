import type { ConnectionState, StopReason } from '@/lib/protocol';

/**
 * What can be said of the data, not of the socket ([NT4]): *live* only when every channel has caught up since the
 * connection was made.
 */
export type SyncStatus =
  | { readonly state: 'off' }
  | { readonly state: 'connecting' }
  /** Connected, but what was missed has not all arrived. */
  | { readonly state: 'catching-up' }
  | { readonly state: 'live' }
  /** The next attempt is at `retryAt`, in milliseconds of `performance.now()`. */
  | { readonly state: 'waiting'; readonly retryAt: number; readonly attempt: number }
  | { readonly state: 'stopped'; readonly reason: StopReason; readonly detail: string };

/** Works the status out of the connection and of whether the channels have caught up. */
export function syncStatusOf(connection: ConnectionState, caughtUp: boolean): SyncStatus {
  switch (connection.state) {
    case 'idle':
    case 'closed':
      return { state: 'off' };
    case 'connecting':
    case 'handshaking':
      return { state: 'connecting' };
    case 'connected':
      return { state: caughtUp ? 'live' : 'catching-up' };
    case 'waiting':
      return { state: 'waiting', retryAt: connection.retryAt, attempt: connection.attempt };
    case 'failed':
      return { state: 'stopped', reason: connection.reason, detail: connection.detail };
  }
}
