import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Ways } from '@/hub/ways';
import { laneOf, writeNow } from '@/ports/lane';
import { noMetrics } from '@/ports/metrics';
import { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';
import { Outbound } from '@/session/outbound';
import { createFakePeer } from './support/fake-peer';
import { createManualClock } from './support/manual-clock';
import { createTempDir } from './support/temp-dir';

const LIMITS = { maxQueuedBytes: Number.MAX_SAFE_INTEGER, maxStallMs: 1_000_000 };

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** Both ends of a TCP connection. */
async function connection(): Promise<{ readonly wire: Socket; readonly client: Socket }> {
  const server = createServer({ noDelay: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  const wire = await accepted;
  for (const end of [wire, client]) end.on('error', () => {});
  undo.push(() => {
    wire.destroy();
    client.destroy();
    server.close();
  });
  return { wire, client };
}

function wayOutOf(wire: Socket, turn: WriteTurn): Outbound {
  const socket = { isServed: true, ping() {}, close() {}, terminate() {} };
  return new Outbound(socket, wire, { clock: createManualClock(), turn, metrics: noMetrics, limits: LIMITS });
}

/** A walk over one reader. */
function walkOver(wire: Socket) {
  const turn = new WriteTurn();
  const outbound = wayOutOf(wire, turn);
  const ways = new Ways();
  ways.add(outbound);
  return { turn, outbound, give: (text: string) => ways.give(WireFrame.of(text), turn) };
}

const loopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

const text = fc
  .record({
    letter: fc.constantFrom('a', 'b', 'c'),
    length: fc.oneof(fc.integer({ max: 900, min: 1 }), fc.constant(700_000)),
  })
  .map(({ letter, length }) => letter.repeat(length));
const step = fc.record({
  // `socket`: what the socket itself writes, such as a ping, waits for no turn.
  how: fc.constantFrom('give', 'give', 'push', 'push and give', 'socket'),
  text,
  client: fc.constantFrom('pause', 'resume', undefined, undefined),
  isLoopTurn: fc.boolean(),
});

describe('the lane of a connection', () => {
  it('[SV158] keeps the order of all that is sent, whatever its reader takes', async () => {
    let waiting = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const { wire, client } = await connection();
        const { turn, outbound, give } = walkOver(wire);
        const heard: Buffer[] = [];
        client.on('data', (chunk) => heard.push(chunk)).pause();
        const sent: Buffer[] = [];
        for (const { how, text: said, client: order, isLoopTurn } of steps) {
          const bytes = WireFrame.of(said).toBytes();
          sent.push(bytes);
          if (how === 'socket') wire.write(bytes);
          else if (how === 'give') expect(give(said)).toBe(1);
          else outbound.push(said);
          if (how === 'push and give') {
            give('last');
            sent.push(WireFrame.of('last').toBytes());
          }
          turn.end();
          if (wire.writableLength > 0) waiting += 1;
          if (order !== undefined) client[order]();
          if (isLoopTurn) await loopTurn();
        }
        const all = Buffer.concat(sent);
        client.resume();
        while (heard.reduce((sum, { length }) => sum + length, 0) < all.length) await loopTurn();
        expect(Buffer.concat(heard).equals(all)).toBe(true);
        wire.destroy();
      }),
      { numRuns: 30, seed: 158 },
    );
    expect(waiting).toBeGreaterThan(0);
  });

  it('[SV158] writes nothing to whoever has the descriptor after the connection', async () => {
    const { wire, client } = await connection();
    const { give } = walkOver(wire);
    const descriptor = laneOf(wire)?.descriptor;
    wire.destroy();
    const dir = createTempDir();
    const file = join(dir, 'others');
    // The lowest free number is given next: of those some are opened until it is the connection's.
    const opened: number[] = [];
    while (!opened.includes(descriptor ?? -1) && opened.length < 50) opened.push(openSync(file, 'w'));
    try {
      expect(opened).toContain(descriptor);
      expect(give('a')).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe('');
    } finally {
      for (const one of opened) closeSync(one);
      client.destroy();
    }
  });

  it('[SV158] leaves a connection that the peer broke to its stream', async () => {
    const { wire, client } = await connection();
    const { give } = walkOver(wire);
    const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
    wire.pause();
    client.resetAndDestroy();
    await new Promise<void>((resolve) => client.once('close', () => resolve()));
    give('a');
    wire.resume();
    await closed;
    expect(give('b')).toBe(0);
  });

  it('[SV158] says how much was taken, and 0 where nothing can be', async () => {
    const { wire } = await connection();
    const descriptor = laneOf(wire)?.descriptor ?? -1;
    const bytes = Buffer.alloc(50_000_000);
    const taken = writeNow(descriptor, bytes);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(bytes.length);
    while (writeNow(descriptor, bytes) > 0);
    expect(writeNow(descriptor, bytes)).toBe(0);
  });

  it('[SV158] is only that of a plain connection', async () => {
    const { wire } = await connection();
    expect(laneOf(wire)).toEqual({ wire, descriptor: expect.any(Number) });
    expect(laneOf(new TLSSocket(wire))).toBeUndefined();
    expect(laneOf(new PassThrough())).toBeUndefined();
    wire.destroy();
    expect(laneOf(wire)).toBeUndefined();
  });
});

describe('ways out', () => {
  it('[SV158] keep each reader with its own lane, whoever goes', async () => {
    const turn = new WriteTurn();
    const ways = new Ways();
    const gone = await connection();
    const given: string[] = [];
    const without = (name: string) => Object.assign(createFakePeer(), { give: () => given.push(name) > 0 });
    const [first, last] = [without('first'), without('last')];
    ways.add(first);
    ways.add(wayOutOf(gone.wire, turn));
    ways.add(last);
    ways.remove(1);
    const heard: Buffer[] = [];
    gone.client.on('data', (chunk) => heard.push(chunk));
    expect(ways.give(WireFrame.of('a'), turn)).toBe(2);
    ways.remove(0);
    expect(ways.give(WireFrame.of('b'), turn)).toBe(1);
    await loopTurn();
    expect([given, heard]).toEqual([['first', 'last', 'last'], []]);
  });
});

describe('a turn', () => {
  it('[SV158] is empty when nobody has anything to write, and not before the last one wrote', () => {
    const turn = new WriteTurn();
    const seen: boolean[] = [turn.isEmpty];
    const writer = { flush: () => void seen.push(turn.isEmpty) };
    turn.add(writer);
    turn.add(writer);
    seen.push(turn.isEmpty);
    turn.end();
    seen.push(turn.isEmpty);
    expect(seen).toEqual([true, false, false, false, true]);
  });
});
