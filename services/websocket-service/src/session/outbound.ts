import { CloseCode } from '@/lib/protocol';
import type { PeerSocket } from '@/ports/peer-socket';

/** The way out to one reader: what is pushed is bounded, what is pulled waits for the socket. */
export interface Outbound {
  /** Queues a live frame. A reader that lets more than the limit wait is closed with 4410 ([LM4]). */
  push(frame: string | Buffer): void;
  /** Sends a frame of a snapshot or replay and resolves when the socket has drained it; `false` when it ended. */
  pull(frame: string): Promise<boolean>;
}

/** Makes the way out. What is being pulled does not count towards `maxQueuedBytes`. */
export function createOutbound(peer: PeerSocket, maxQueuedBytes: number): Outbound {
  let pulledBytes = 0;
  return {
    push(frame) {
      if (!peer.isOpen) return;
      peer.send(frame);
      if (peer.queuedBytes - pulledBytes > maxQueuedBytes) {
        peer.close(CloseCode.slowReader, 'too slow: resume from your position');
      }
    },
    async pull(frame) {
      const bytes = Buffer.from(frame);
      pulledBytes += bytes.length;
      try {
        return await peer.sendAndDrain(bytes);
      } finally {
        pulledBytes -= bytes.length;
      }
    },
  };
}
