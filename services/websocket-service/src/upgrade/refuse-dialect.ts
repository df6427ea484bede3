import { CloseCode } from '@/lib/protocol';
import type { PeerSocket } from '@/ports/peer-socket';

const REASON = 'this dialect is not spoken here';

/**
 * Ends a plain socket that asks for a form that the service does not speak there: better than to speak another one, which its
 * client would take for silence.
 *
 * @param cure What to ask for instead.
 */
export function refuseDialect(peer: PeerSocket, cure: string): void {
  peer.push(JSON.stringify({ type: 'error', code: CloseCode.badMessage, message: `${REASON}: ${cure}` }));
  peer.close(CloseCode.badMessage, REASON);
}
