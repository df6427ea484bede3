import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ServerOptions } from 'ws';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import type { Undo } from '@/ports/clock';
import { FrameGate } from '@/upgrade/frame-gate';
import { ServiceSocket } from '@/upgrade/service-socket';
import { SlowReads } from '@/upgrade/slow-reads';
import { CONTINUATION, FINAL, frame, PING, PONG, RSV1, TEXT } from './support/bare-socket';

const MAX_BYTES = 40_000;
const CLOSE = 0x8;
const BINARY = 0x2;

/** What `ws` does with a socket that was accepted. */
interface Adopting {
  new (address: null, protocols: undefined, options: ServerOptions): Adopting & ServiceSocket;
  setSocket(wire: Duplex, head: Buffer, options: object): void;
}

/** Time that passes with the turns. */
function inNextTurn(_delayMs: number, run: () => void): Undo {
  const turn = setImmediate(run);
  return () => clearImmediate(turn);
}

/** The real parser on a connection in memory, with a gate before it or without; writes down what it hears. */
function createReader(isGated: boolean) {
  const heard: string[] = [];
  const wire = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const socket = new (ServiceSocket as unknown as Adopting)(null, undefined, { autoPong: false });
  socket.setSocket(wire, Buffer.alloc(0), {
    allowSynchronousEvents: true,
    maxPayload: MAX_BYTES,
    maxFragments: 20,
    skipUTF8Validation: false,
  });
  socket.on('message', (data: Buffer, isBinary) =>
    heard.push(`${isBinary} ${data.length} ${data.toString('hex', 0, 8)}`),
  );
  socket.on('ping', (data: Buffer) => heard.push(`ping ${data.toString('hex')}`));
  socket.on('pong', (data: Buffer) => heard.push(`pong ${data.toString('hex')}`));
  socket.on('error', (error: Error & { code?: string }) => heard.push(`error ${error.code}`));
  socket.on('close', (code) => heard.push(`close ${code}`));
  const rate = { count: 1_000_000, perMs: 1 };
  const slowReads = new SlowReads(inNextTurn);
  if (isGated) FrameGate.put(socket, wire, { rate, now: () => 0, refuse: () => heard.push('refused'), slowReads });
  return { wire, heard };
}

/** Bytes as clients send them, mostly good; sometimes broken in a way that a parser has to see. */
function drawBytes(random: () => number): Buffer {
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <V>(...values: readonly V[]): V => values[below(values.length)] as V;
  const isHostile = random() < 0.4;
  const payload = (most: number): Buffer => Buffer.alloc(below(most + 1), pick(0x61, 0x62, 0x88));
  const text = (): Buffer =>
    Buffer.alloc(pick(below(200), 0, 125, 126, 127, below(3_000), random() < 0.1 ? MAX_BYTES - below(3) : 5), 'x');
  const control = (): Buffer => frame(FINAL | pick(PING, PONG), payload(pick(0, 10, 125)));
  const pieces = (): Buffer[] => {
    const count = 2 + below(6);
    return Array.from({ length: count }, (_, index) => [
      frame((index === 0 ? pick(TEXT, BINARY) : CONTINUATION) | (index === count - 1 ? FINAL : 0), text()),
      ...(random() < 0.5 ? [control()] : []),
    ]).flat();
  };
  const longWay = (): Buffer => {
    const bytes = Buffer.alloc(below(20), 'y');
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    return Buffer.concat([Buffer.from([FINAL | TEXT, 0xff]), length, Buffer.alloc(4), bytes]);
  };
  const broken = (): Buffer =>
    pick(
      () => frame(FINAL | RSV1 | TEXT, 'x'),
      () => frame(FINAL | TEXT, 'x', false),
      () => frame(FINAL | pick(0x3, 0x7, 0xb, 0xf), payload(20)),
      () => frame(FINAL | CONTINUATION, 'x'),
      () => frame(FINAL | TEXT, Buffer.from([0xc3, 0x28])),
      () => frame(FINAL | PING, Buffer.alloc(126 + below(3))),
      () => frame(PING, 'x'),
      () => frame(FINAL | TEXT, Buffer.alloc(MAX_BYTES + 1)),
      () =>
        Buffer.concat([Buffer.from([FINAL | TEXT, 0xff]), Buffer.alloc(8, pick(0x00, 0x1f, 0x20, 0xff)), payload(40)]),
      () => frame(FINAL | CLOSE, pick(Buffer.alloc(0), Buffer.from([3, 232]), Buffer.from([0, 1]), Buffer.from([9]))),
      () => payload(60),
    )();
  const parts = Array.from({ length: 1 + below(90) }, () => {
    if (isHostile && random() < 0.03) return [broken()];
    return pick(
      pieces,
      () => [control()],
      () => [frame(FINAL | pick(TEXT, BINARY), text())],
      () => [longWay()],
    )();
  });
  return Buffer.concat(parts.flat());
}

describe('the gate and the parser of ws', () => {
  it('[LM39] let what waits be heard before the end, and a connection that is cut off meanwhile end once', async () => {
    for (const isCut of [false, true]) {
      const { wire, heard } = createReader(true);
      wire.push(Buffer.concat(Array.from({ length: 100 }, (_, index) => frame(FINAL | TEXT, `${index}`))));
      wire.push(null);
      await new Promise((resolve) => setImmediate(resolve));
      if (isCut) wire.destroy();
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const messages = heard.filter((what) => what.startsWith('false'));
      if (isCut) expect(messages.length).toBeLessThan(100);
      else expect(messages).toHaveLength(100);
      expect(heard.filter((what) => what.startsWith('close'))).toEqual(['close 1006']);
      expect(heard.at(-1)).toBe('close 1006');
    }
  });

  it('[LM19, LM39] hear the same as the parser alone, whatever comes, in whatever pieces, until the peer ends', async () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = createSeededRandom(seed);
      const bytes = drawBytes(random);
      const readers = [createReader(false), createReader(true)] as const;
      const size = random() < 0.3 ? 70_000 : random() < 0.5 ? 2_000 : 30;
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + 1 + Math.floor(random() * size));
        for (const { wire } of readers) wire.push(bytes.subarray(at, end));
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
        at = end;
      }
      for (const { wire } of readers) wire.push(null);
      const [plain, gated] = readers;
      for (let turn = 0; turn < 400 && gated.heard.at(-1) !== plain.heard.at(-1); turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (let turn = 0; turn < 80; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(gated.heard, `seed ${seed}`).toEqual(plain.heard);
      expect(
        plain.heard.some((what) => what.startsWith('close')),
        `seed ${seed}`,
      ).toBe(true);
    }
  });
});
