import type { ConnectionState, ConnectionStatus } from '@/lib/protocol/connection-source';

const WORDS: Readonly<Record<ConnectionState['state'], ConnectionStatus>> = {
  idle: 'disconnected',
  connecting: 'connecting',
  handshaking: 'connecting',
  connected: 'connected',
  waiting: 'error',
  failed: 'error',
  closed: 'disconnected',
};

/** Seed 001's word for a state ([CS2]). */
export function statusOf({ state }: ConnectionState): ConnectionStatus {
  return WORDS[state];
}

/** How many attempts have failed since the last lasting connection; 0 while connected ([CS3]). */
export function retryCountOf(connection: ConnectionState): number {
  if (!('attempt' in connection)) return 0;
  return connection.attempt - Number(statusOf(connection) === 'connecting');
}
