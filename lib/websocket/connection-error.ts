import type { ConnectionState, StopReason } from '@/lib/protocol/connection-source';

const STOPPED: Readonly<Record<StopReason, string>> = {
  'needs-auth': 'Please sign in again.',
  forbidden: 'This account may not connect here.',
  protocol: 'This page and the server do not understand each other.',
  'retries-exhausted': 'The server cannot be reached.',
};

/** What to tell a person about a connection in trouble, or `null` ([CS4]). The exact cause is in the state itself. */
export function errorOf(connection: ConnectionState): string | null {
  if (connection.state === 'waiting') return 'The connection was lost and will be tried again.';
  return connection.state === 'failed' ? STOPPED[connection.reason] : null;
}
