import { CloseCode } from '@/lib/protocol';
import type { Clock, Undo } from '@/ports/clock';
import type { PeerSocket } from '@/ports/peer-socket';
import { watchForStall } from './stall-watch';

/** The way out to one reader: what is pushed is bounded, what is pulled waits for the socket. */
export interface Outbound {
  /** Queues a live frame. A reader that lets more than the limit wait is closed with 4410 ([LM4]). */
  push(frame: string | Buffer): void;
  /** Sends a frame of a snapshot or replay and resolves when the socket has drained it; `false` when it ended. */
  pull(frame: string): Promise<boolean>;
  /** The socket has ended. */
  stop: Undo;
}

/** How patient the service is with a reader. */
export interface OutboundLimits {
  /** Bytes that may wait; what is being pulled does not count. */
  readonly maxQueuedBytes: number;
  /** Time without progress, milliseconds, after which a reader for whom something waits is closed with 4410 ([LM11]). */
  readonly maxStallMs: number;
}

/** Makes the way out to `peer`. */
export function createOutbound(peer: PeerSocket, clock: Clock, limits: OutboundLimits): Outbound {
  let pulledBytes = 0;
  const closeSlow = (): void => peer.close(CloseCode.slowReader, 'too slow: resume from your position');
  const stall = watchForStall(clock, limits.maxStallMs, closeSlow);
  return {
    push(frame) {
      if (!peer.isOpen) return;
      stall.sent();
      peer.send(frame, stall.taken);
      if (peer.queuedBytes - pulledBytes > limits.maxQueuedBytes) closeSlow();
    },
    async pull(frame) {
      const bytes = Buffer.from(frame);
      pulledBytes += bytes.length;
      stall.sent();
      try {
        return await peer.sendAndDrain(bytes);
      } finally {
        stall.taken();
        pulledBytes -= bytes.length;
      }
    },
    stop: stall.stop,
  };
}
