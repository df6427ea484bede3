import { Writable } from 'node:stream';
import { noMetrics } from '@/ports/metrics';
import type { PeerSocket } from '@/ports/peer-socket';
import type { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';
import { Outbound, type OutboundLimits } from '@/session/outbound';
import { createManualClock } from './manual-clock';

/** A peer that remembers what it was sent and drains only when told, if `holdsBack` is set. */
export interface FakePeer extends PeerSocket {
  readonly frames: readonly string[];
  readonly messages: readonly Record<string, unknown>[];
  readonly pings: number;
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  readonly isTerminated: boolean;
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
    holdsBack: false,
    push(frame, onTaken = () => {}) {
      if (!peer.isOpen) {
        onTaken();
        return;
      }
      frames.push(typeof frame === 'string' ? frame : textOfFrame(frame));
      if (peer.holdsBack) held.push(onTaken);
      else onTaken();
    },
    give(frame) {
      peer.push(frame);
      return peer.isOpen;
    },
    pull(text) {
      if (!peer.isOpen) return Promise.resolve(false);
      frames.push(text);
      if (!peer.holdsBack) return Promise.resolve(true);
      return new Promise((resolve) => held.push(() => resolve(peer.isOpen)));
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

/** What a lone frame says; its head is checked by the tests of frames. */
export function textOfFrame(frame: WireFrame): string {
  return textsOf(frame.toBytes()).join();
}

/** A way out whose network takes a write only when told, if it `holdsBack`. */
export function createFakeWayOut(limits: OutboundLimits) {
  const clock = createManualClock();
  const turn = new WriteTurn();
  const writes: Buffer[] = [];
  const held: (() => void)[] = [];
  const fake = { holdsBack: false };
  let takenBytes = 0;
  const bare = new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write(chunk: Buffer | string, encoding, taken) {
      writes.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      const take = (): void => {
        takenBytes += chunk.length;
        taken();
      };
      if (fake.holdsBack) held.push(take);
      else take();
    },
  });
  const wire = Object.assign(bare, { bytesWritten: 0 });
  Object.defineProperty(wire, 'bytesWritten', { get: () => takenBytes + bare.writableLength });
  const socket = {
    isServed: true,
    pings: 0,
    closed: undefined as { code: number; reason: string | undefined } | undefined,
    ping: () => {
      socket.pings += 1;
    },
    close: (code: number, reason?: string) => {
      socket.isServed = false;
      socket.closed ??= { code, reason };
      bare.end();
    },
    terminate: () => {
      socket.isServed = false;
    },
  };
  const outbound = new Outbound(socket, wire, { clock, turn, metrics: noMetrics, limits });
  return Object.assign(fake, {
    clock,
    turn,
    socket,
    outbound,
    /** Each write to the network, as the texts of its frames. */
    writes: () => writes.map(textsOf),
    endTurn: () => turn.end(),
    /** The network takes what it was given longest ago. */
    async takeOne() {
      held.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
}

function textsOf(bytes: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1] ?? 0;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    texts.push(bytes.toString('utf8', start, start + length));
    at = start + length;
  }
  return texts;
}
