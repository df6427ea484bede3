import type { PeerSocket } from '@/ports/peer-socket';

/** A peer that remembers what it was sent and drains only when told, if `holdsBack` is set. */
export interface FakePeer extends PeerSocket {
  readonly frames: readonly string[];
  readonly messages: readonly Record<string, unknown>[];
  readonly pings: number;
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  readonly isTerminated: boolean;
  queuedBytes: number;
  holdsBack: boolean;
  /** Lets the oldest held frame go. */
  drainOne(): void;
}

export function createFakePeer(): FakePeer {
  const frames: string[] = [];
  const held: (() => void)[] = [];
  let pings = 0;
  let closed: { code: number; reason: string } | undefined;
  let isTerminated = false;
  const peer: FakePeer = {
    frames,
    get messages() {
      return frames.map((frame) => JSON.parse(frame) as Record<string, unknown>);
    },
    get pings() {
      return pings;
    },
    get closed() {
      return closed;
    },
    get isTerminated() {
      return isTerminated;
    },
    get isOpen() {
      return closed === undefined && !isTerminated;
    },
    queuedBytes: 0,
    holdsBack: false,
    send(frame, onTaken) {
      frames.push(frame.toString());
      if (peer.holdsBack) held.push(onTaken);
      else onTaken();
    },
    sendAndDrain(frame) {
      if (!peer.isOpen) return Promise.resolve(false);
      frames.push(frame.toString());
      if (!peer.holdsBack) return Promise.resolve(true);
      peer.queuedBytes += frame.length;
      return new Promise((resolve) =>
        held.push(() => {
          peer.queuedBytes -= frame.length;
          resolve(peer.isOpen);
        }),
      );
    },
    ping: () => {
      pings += 1;
    },
    close: (code, reason = '') => {
      closed ??= { code, reason };
    },
    terminate: () => {
      isTerminated = true;
    },
    drainOne: () => held.shift()?.(),
  };
  return peer;
}
