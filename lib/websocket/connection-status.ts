import type { ConnectionState, ConnectionStatus } from '@/lib/protocol/connection-source';

const WORDS: Readonly<Record<ConnectionState['state'], ConnectionStatus>> = {
  idle: 'disconnected',
  closed: 'disconnected',
  connecting: 'connecting',
  handshaking: 'connecting',
  connected: 'connected',
  waiting: 'error',
  failed: 'error',
};

/** Seed 001's word for a state ([CS2]). */
export function statusOf(connection: ConnectionState): ConnectionStatus {
  return WORDS[connection.state];
}

/** How many attempts have failed since the last lasting connection; 0 while connected ([CS3]). */
export function retryCountOf(connection: ConnectionState): number {
  if (!('attempt' in connection)) return 0;
  const { state, attempt } = connection;
  return state === 'waiting' || state === 'failed' ? attempt : attempt - 1;
}

/** What to tell a person about a connection in trouble, or `null` ([CS4]). */
export function errorOf(connection: ConnectionState): string | null {
  if (connection.state === 'waiting') return connection.reason;
  return connection.state === 'failed' ? connection.detail : null;
}
