import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import { startPlainSession } from './plain-session';
import { startRealTimeSyncSession } from './real-time-sync-session';
import type { PeerRequest, SessionContext } from './session-context';
import { startSyncServiceSession } from './sync-service-session';
import { startTaskmdSession } from './taskmd-session';

/** Starts the session of a plain socket in the dialect that its address asks for. */
export function startSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  switch (request.dialect) {
    case 'sync-service':
      return startSyncServiceSession(peer, request, context);
    case 'real-time-sync':
      return startRealTimeSyncSession(peer, request, context);
    case 'taskmd':
      return startTaskmdSession(peer, request, context);
    default:
      return startPlainSession(peer, request, context);
  }
}
