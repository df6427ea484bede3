import { SUBPROTOCOL } from '@/lib/protocol';

const PREFIX = SUBPROTOCOL;

/** Names what is kept, and its locks: of one protocol, one user, one kind of server and one address. */
export function deviceName(userId: string, connectorName: string, url: string): string {
  return [PREFIX, userId, connectorName, url].map(encodeURIComponent).join(' ');
}

/** Does this name belong to a user, whatever the server? */
export function isNameOf(name: string, userId: string): boolean {
  const [prefix, user] = name.split(' ');
  return prefix === encodeURIComponent(PREFIX) && user === encodeURIComponent(userId);
}
