import type { Clock, Undo } from '@/ports/clock';
import type { PeerSocket } from '@/ports/peer-socket';

/** After this many pings without any sign of life the socket counts as dead. */
const MAX_SILENT_PINGS = 2;

/** Watches over one peer. */
export interface Heartbeat {
  /** Any frame or protocol pong counts as life. */
  heard(): void;
  stop: Undo;
}

/**
 * Calls `sendPing` every `intervalMs`, together with a protocol ping that every living peer answers by itself, and drops
 * a peer that was silent through two of them ([SV24]).
 */
export function startHeartbeat(clock: Clock, peer: PeerSocket, intervalMs: number, sendPing: () => void): Heartbeat {
  let silentPings = 0;
  let cancel: Undo = () => {};

  const beat = (): void => {
    if (silentPings >= MAX_SILENT_PINGS) {
      peer.terminate();
      return;
    }
    silentPings += 1;
    sendPing();
    peer.ping();
    cancel = clock.after(intervalMs, beat);
  };

  cancel = clock.after(intervalMs, beat);
  return {
    heard: () => {
      silentPings = 0;
    },
    stop: () => cancel(),
  };
}
