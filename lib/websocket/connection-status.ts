import type { ConnectionState, ConnectionStatus } from '@/lib/protocol/connection-source';

/** Seed 001's word for a state ([CS2]). */
export function statusOf({ state }: ConnectionState): ConnectionStatus {
  switch (state) {
    case 'idle':
    case 'closed':
      return 'disconnected';
    case 'connecting':
    case 'handshaking':
      return 'connecting';
    case 'connected':
      return 'connected';
    case 'waiting':
    case 'failed':
      return 'error';
  }
}

/** How many attempts have failed since the last lasting connection; 0 while connected ([CS3]). */
export function retryCountOf(connection: ConnectionState): number {
  if (!('attempt' in connection)) return 0;
  return statusOf(connection) === 'error' ? connection.attempt : connection.attempt - 1;
}

/** What to tell a person about a connection in trouble, or `null` ([CS4]). */
export function errorOf(connection: ConnectionState): string | null {
  if (connection.state === 'waiting') return connection.reason;
  return connection.state === 'failed' ? connection.detail : null;
}
