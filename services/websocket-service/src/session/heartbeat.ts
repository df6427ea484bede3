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
  let isLastLook = false;
  let cancel: Undo = () => {};

  const beat = (): void => {
    if (!hasAnswered) {
      // After a standstill of this process the timers come first: what peers said meanwhile is still to be read ([SV147]).
      if (isLastLook) peer.terminate();
      else cancel = clock.after(0, beat);
      isLastLook = true;
      return;
    }
    hasAnswered = false;
    isLastLook = false;
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
