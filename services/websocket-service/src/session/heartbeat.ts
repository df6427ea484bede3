import type { Clock, Undo } from '@/ports/clock';
import type { PeerSocket } from '@/ports/peer-socket';

/** Watches over one peer. */
export interface Heartbeat {
  /** Any frame or protocol pong counts as life. */
  heard(): void;
  stop: Undo;
}

/**
 * Calls `sendPing` every `intervalMs`, together with a protocol ping that every living peer answers by itself, and drops
 * a peer that gave no sign of life from one of them to the next ([SV24]).
 */
export function startHeartbeat(clock: Clock, peer: PeerSocket, intervalMs: number, sendPing: () => void): Heartbeat {
  let hasAnswered = true;
  let cancel: Undo = () => {};

  const beat = (): void => {
    if (!hasAnswered) {
      peer.terminate();
      return;
    }
    hasAnswered = false;
    sendPing();
    peer.ping();
    cancel = clock.after(intervalMs, beat);
  };

  cancel = clock.after(intervalMs, beat);
  return {
    heard: () => {
      hasAnswered = true;
    },
    stop: () => cancel(),
  };
}
