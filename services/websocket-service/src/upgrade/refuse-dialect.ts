import { CloseCode } from '@/lib/protocol';
import type { PeerSocket } from '@/ports/peer-socket';

const REASON = 'this dialect is not spoken here';
const CURE =
  'leave ?dialect= out for seed 001’s task_update messages, or offer the subprotocol taskwire.v1; sync-service, real-time-sync and todo are known, but this version does not speak them yet';

/**
 * Ends a plain socket that asks by `?dialect=` for a form that the service does not speak: better than to speak another
 * one, which its client would take for silence. An empty name asks for nothing.
 *
 * @returns whether it did.
 */
export function refuseDialect(peer: PeerSocket, dialect: string | null): boolean {
  if (dialect === null || dialect === '') return false;
  peer.send(JSON.stringify({ type: 'error', code: CloseCode.badMessage, message: `${REASON}: ${CURE}` }), () => {});
  peer.close(CloseCode.badMessage, REASON);
  return true;
}
