import type { ConnectionState } from '@/lib/protocol/connection-source';

/**
 * What happens to a connection, told as the state that it leads to, with that state's facts: `connecting` is an attempt
 * that starts, `handshaking` a socket that opened, `connected` the server's acknowledgement, `waiting` and `failed` the two
 * kinds of end, `closed` the application's wish.
 */
export type ConnectionEvent = Exclude<ConnectionState, { state: 'idle' }>;

/** Where every connection starts. */
export const IDLE: ConnectionState = { state: 'idle' };

const BUSY = 'connecting handshaking connected';

/** The states in which an event means something. An attempt may also replace a socket that was given up. */
const HEARD_IN: Readonly<Record<ConnectionEvent['state'], string>> = {
  connecting: 'idle closed waiting failed handshaking connected',
  handshaking: 'connecting',
  connected: 'handshaking',
  waiting: BUSY,
  failed: BUSY,
  closed: `${BUSY} waiting failed`,
};

/**
 * The state after an event ([CS1]). Pure. An event that means nothing in a state returns the very same object, so that
 * `===` tells whether anything happened.
 */
export function transition(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  return HEARD_IN[event.state].includes(state.state) ? event : state;
}
