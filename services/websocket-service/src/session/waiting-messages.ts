import type { PeerSocket } from '@/ports/peer-socket';

/**
 * The same peer, but a reader for whom more than `max` messages wait is given up ([SV136]). What one turn sends at once counts
 * only if the operating system has not taken it by the next one: a burst alone is no sign of a slow reader.
 */
export function boundMessages(peer: PeerSocket, max: number, onTooMany: () => void): PeerSocket {
  let waiting = 0;
  let isLooking = false;

  const look = (): void => {
    isLooking = false;
    if (waiting > max && peer.isOpen) onTooMany();
  };

  return {
    get isOpen() {
      return peer.isOpen;
    },
    push(frame, onTaken) {
      waiting += 1;
      peer.push(frame, () => {
        waiting -= 1;
        onTaken?.();
      });
      if (waiting <= max || isLooking) return;
      isLooking = true;
      setImmediate(look);
    },
    give(frame) {
      this.push(frame);
      return false;
    },
    pull: (text) => peer.pull(text),
    ping: () => peer.ping(),
    close: (code, reason) => peer.close(code, reason),
    terminate: () => peer.terminate(),
  };
}
