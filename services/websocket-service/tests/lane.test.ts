import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ways } from '@/hub/ways';
import { isKnownFree, Lane } from '@/ports/lane';
import { noMetrics } from '@/ports/metrics';
import type { Sender } from '@/ports/sender';
import { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';
import { Outbound } from '@/session/outbound';
import { createFakePeer } from './support/fake-peer';
import { createManualClock } from './support/manual-clock';
import { SENDERS } from './support/senders';
import { createTempDir } from './support/temp-dir';

const LIMITS = { maxQueuedBytes: Number.MAX_SAFE_INTEGER, maxStallMs: 1_000_000 };

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** Both ends of a TCP connection. @param beforeAccept Called when only the accepted end still needs a descriptor. */
async function connection(beforeAccept = () => {}): Promise<{ readonly wire: Socket; readonly client: Socket }> {
  const server = createServer({ noDelay: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  // Until then the client asks for its own.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  beforeAccept();
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
function walkOver(wire: Socket, sender?: Sender) {
  const turn = new WriteTurn(sender);
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

describe.each(SENDERS)('the lane of a connection, with %s', (_, sender) => {
  it('[SV158] keeps the order of all that is sent, whatever its reader takes', async () => {
    let waiting = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const { wire, client } = await connection();
        const { turn, outbound, give } = walkOver(wire, sender);
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

  it('[SV158] is what a turn’s frames take, unless somebody waits to hear that they were taken', async () => {
    const { wire, client } = await connection();
    const { turn, outbound } = walkOver(wire, sender);
    outbound.push('a');
    turn.end();
    expect(wire.bytesWritten).toBe(0);
    const pulled = outbound.pull('b');
    turn.end();
    expect(await pulled).toBe(true);
    expect(wire.bytesWritten).toBe(WireFrame.of('b').length);
    const all = Buffer.concat(['a', 'b'].map((said) => WireFrame.of(said).toBytes()));
    const heard: Buffer[] = [];
    client.on('data', (chunk) => heard.push(chunk));
    while (heard.reduce((sum, { length }) => sum + length, 0) < all.length) await loopTurn();
    expect(Buffer.concat(heard)).toEqual(all);
  });

  it('[SV158] writes nothing to whoever has the descriptor after the connection', async () => {
    const { wire, client } = await connection();
    const { give } = walkOver(wire, sender);
    expect(give('a')).toBe(1);
    const descriptor = Lane.of(wire)?.descriptor;
    wire.destroy();
    const file = join(createTempDir(), 'others');
    // The lowest free number is given next: of those some are opened until it is the connection's.
    const opened: number[] = [];
    while (!opened.includes(descriptor ?? -1) && opened.length < 50) opened.push(openSync(file, 'w'));
    try {
      expect(opened).toContain(descriptor);
      // A look at it does not make it known as free.
      expect([give('b'), give('c')]).toEqual([0, 0]);
      expect(readFileSync(file, 'utf8')).toBe('');
    } finally {
      for (const one of opened) closeSync(one);
      client.destroy();
    }
  });

  it('[SV158] writes nothing of one reader’s to the next one that has its descriptor', async () => {
    const first = await connection();
    const toFirst = walkOver(first.wire, sender);
    expect(toFirst.give('a')).toBe(1);
    const descriptor = Lane.of(first.wire)?.descriptor ?? -1;
    const dir = createTempDir();
    const below: number[] = [];
    while ((below.at(-1) ?? 0) < descriptor) below.push(openSync(join(dir, 'others'), 'w'));
    const next = await connection(() => first.wire.destroy());
    for (const one of below) closeSync(one);
    expect(Lane.of(next.wire)?.descriptor).toBe(descriptor);
    const heard: Buffer[] = [];
    next.client.on('data', (chunk) => heard.push(chunk));
    const toNext = walkOver(next.wire, sender);
    expect([toNext.give('b'), toFirst.give('secret'), toNext.give('c')]).toEqual([1, 0, 1]);
    const all = Buffer.concat(['b', 'c'].map((said) => WireFrame.of(said).toBytes()));
    while (heard.reduce((sum, { length }) => sum + length, 0) < all.length) await loopTurn();
    await loopTurn();
    expect(Buffer.concat(heard)).toEqual(all);
  });

  it('[SV158] takes nothing behind the end of its connection', async () => {
    const { wire, client } = await connection();
    const { give } = walkOver(wire, sender);
    const heard: Buffer[] = [];
    client.on('data', (chunk) => heard.push(chunk));
    expect(give('a')).toBe(1);
    expect(wire.end('end')).toBe(wire);
    expect([give('b'), give('c')]).toEqual([0, 0]);
    await new Promise<void>((resolve) => client.once('end', () => resolve()));
    expect(Buffer.concat(heard)).toEqual(Buffer.concat([WireFrame.of('a').toBytes(), Buffer.from('end')]));
  });

  it('[SV158] is known by numbers, however many descriptors are open', async () => {
    const file = join(createTempDir(), 'others');
    const opened = Array.from({ length: 300 }, () => openSync(file, 'w'));
    try {
      const readers = await Promise.all([connection(), connection()]);
      const lanes = readers.flatMap(({ wire }) => Lane.of(wire) ?? []);
      expect(Math.min(...lanes.map(({ descriptor }) => descriptor))).toBeGreaterThan(300);
      const known = () => lanes.map(({ descriptor, ticket }) => isKnownFree(descriptor, ticket));
      const seen = [known()];
      for (const { isFree } of lanes) expect(isFree).toBe(true);
      seen.push(known());
      expect(readers[0]?.wire.write('a')).toBe(true);
      seen.push(known());
      expect(seen).toEqual([
        [false, false],
        [true, true],
        [false, true],
      ]);
    } finally {
      for (const one of opened) closeSync(one);
    }
  });

  it('[SV158] leaves a connection that the peer broke to its stream', async () => {
    const { wire, client } = await connection();
    const { give } = walkOver(wire, sender);
    const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
    wire.pause();
    client.resetAndDestroy();
    await new Promise<void>((resolve) => client.once('close', () => resolve()));
    give('a');
    wire.resume();
    await closed;
    expect(give('b')).toBe(0);
  });

  it('[SV158] is only that of a plain connection', async () => {
    const { wire } = await connection();
    const lane = Lane.of(wire);
    expect(lane?.descriptor).toEqual(expect.any(Number));
    expect(Lane.of(wire)).toBe(lane);
    expect(Lane.of(new TLSSocket(wire))).toBeUndefined();
    expect(Lane.of(new PassThrough())).toBeUndefined();
    wire.destroy();
    expect(Lane.of(wire)).toBeUndefined();
  });
});

const walk = fc.record({
  text,
  kept: fc.subarray([0, 1, 2, 3]),
  pushed: fc.subarray([0, 1, 2, 3], { maxLength: 1 }),
  resumed: fc.subarray([0, 1, 2, 3]),
  isLoopTurn: fc.boolean(),
});

const move = fc.record({
  what: fc.constantFrom('give', 'give', 'give', 'join', 'leave', 'break', 'pause', 'resume'),
  which: fc.nat({ max: 9 }),
  text,
  isLoopTurn: fc.boolean(),
});

describe.each(SENDERS)('ways out, with %s', (_, sender) => {
  it('[SV158] lead to every reader, whichever of them are slow', async () => {
    let waiting = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(walk, { minLength: 5, maxLength: 30 }), async (walks) => {
        const turn = new WriteTurn(sender);
        const ways = new Ways();
        const readers = await Promise.all([0, 1, 2, 3].map(() => connection()));
        const outs = readers.map(({ wire }) => wayOutOf(wire, turn));
        for (const out of outs) ways.add(out);
        const sent: Buffer[][] = readers.map(() => []);
        const heard: Buffer[][] = readers.map(() => []);
        for (const [at, { client }] of readers.entries()) client.on('data', (chunk) => heard[at]?.push(chunk));
        for (const { text: said, kept, pushed, resumed, isLoopTurn } of walks) {
          for (const at of kept) readers[at]?.client.pause();
          for (const at of resumed) readers[at]?.client.resume();
          for (const at of pushed) {
            outs[at]?.push('own');
            sent[at]?.push(WireFrame.of('own').toBytes());
          }
          // Who has something of this turn gets it with that, and counts it so.
          expect(ways.give(WireFrame.of(said), turn)).toBe(readers.length - pushed.length);
          for (const all of sent) all.push(WireFrame.of(said).toBytes());
          turn.end();
          waiting += readers.filter(({ wire }) => wire.writableLength > 0).length;
          if (isLoopTurn) await loopTurn();
        }
        for (const [at, { client }] of readers.entries()) {
          const all = Buffer.concat(sent[at] ?? []);
          client.resume();
          while ((heard[at] ?? []).reduce((sum, { length }) => sum + length, 0) < all.length) await loopTurn();
          expect(Buffer.concat(heard[at] ?? []).equals(all)).toBe(true);
        }
        for (const { wire } of readers) wire.destroy();
      }),
      { numRuns: 20, seed: 158 },
    );
    expect(waiting).toBeGreaterThan(0);
  });

  it('[SV158] are the descriptors of all for whom nothing waits, in one call', async () => {
    const counts: number[] = [];
    const counted: Sender = {
      ...sender,
      toAll(descriptors, count, bytes, taken) {
        counts.push(count);
        return sender.toAll(descriptors, count, bytes, taken);
      },
    };
    const turn = new WriteTurn(counted);
    const ways = new Ways();
    const readers = [await connection(), await connection(), await connection()];
    const outs = readers.map(({ wire }) => wayOutOf(wire, turn));
    for (const out of outs) ways.add(out);
    const [first, second] = readers;
    ways.give(WireFrame.of('a'), turn);
    ways.give(WireFrame.of('b'), turn);
    first?.client.pause();
    for (let full = false; !full; full = (first?.wire.writableLength ?? 1) > 0)
      first?.wire.write(Buffer.alloc(1_000_000));
    second?.wire.destroy();
    expect(ways.give(WireFrame.of('c'), turn)).toBe(2);
    outs[2]?.push('own');
    expect(ways.give(WireFrame.of('d'), turn)).toBe(1);
    expect(counts).toEqual([3, 3, 1, 0]);
  });

  it('[SV114] lead to who is there and to nobody else, whoever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 20, maxLength: 60 }), async (moves) => {
        const turn = new WriteTurn(sender);
        const ways = new Ways();
        const join = async () => {
          const { wire, client } = await connection();
          const reader = { wire, client, sent: [] as Buffer[], heard: [] as Buffer[] };
          client.on('data', (chunk) => reader.heard.push(chunk));
          ways.add(wayOutOf(wire, turn));
          return reader;
        };
        const there = [await join(), await join(), await join()];
        const gone: typeof there = [];
        for (const { what, which, text: said, isLoopTurn } of moves) {
          const index = which % Math.max(1, there.length);
          const reader = there[index];
          if (what === 'join') there.push(await join());
          else if (what === 'pause' || what === 'resume') reader?.client[what]();
          else if (what === 'give') {
            for (const { sent } of there) sent.push(WireFrame.of(said).toBytes());
            expect(ways.give(WireFrame.of(said), turn)).toBe(there.length);
          } else if (reader !== undefined) {
            ways.remove(index);
            gone.push(reader);
            const last = there.pop();
            if (last !== undefined && last !== reader) there[index] = last;
            if (what === 'break') reader.wire.destroy();
          }
          if (isLoopTurn) await loopTurn();
        }
        for (const { wire, client, sent, heard } of [...there, ...gone]) {
          const all = Buffer.concat(sent);
          client.resume();
          const hasAll = () => heard.reduce((sum, { length }) => sum + length, 0) >= all.length;
          while (!hasAll() && !client.closed) await loopTurn();
          await loopTurn();
          const bytes = Buffer.concat(heard);
          expect(bytes.equals(wire.destroyed ? all.subarray(0, bytes.length) : all)).toBe(true);
          wire.destroy();
        }
      }),
      { numRuns: 20, seed: 114 },
    );
  });

  it('[SV113] lead to any number of readers, though none of them takes anything', async () => {
    const { wire } = await connection();
    const lane = Lane.of(wire);
    const full: Sender = { ...sender, toAll: (_descriptors, _count, _bytes, taken) => taken.fill(0) && 0 };
    const way = Object.assign(createFakePeer(), { lane, give: () => true });
    const ways = new Ways();
    for (let reader = 0; reader < 200_000; reader += 1) ways.add(way);
    expect(ways.give(WireFrame.of('a'), new WriteTurn(full))).toBe(200_000);
  });

  it('[SV158] keep each reader with its own lane, whoever goes', async () => {
    const turn = new WriteTurn(sender);
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

describe('ways out', () => {
  it.each<[how: string, walk: (ways: Ways) => unknown]>([
    ['queued for', (ways) => ways.push([WireFrame.of('a')])],
    ['given to', (ways) => ways.give(WireFrame.of('a'), new WriteTurn())],
  ])('[SV114] are all %s, though the first ones go meanwhile', (_, walkOverAll) => {
    const ways = new Ways();
    const peers = [0, 1, 2, 3].map(() => createFakePeer());
    for (const peer of peers) {
      const { push } = peer;
      ways.add(
        Object.assign(peer, {
          push(frame: WireFrame) {
            push(frame);
            if (peers.indexOf(peer) < 2) ways.remove(0);
          },
        }),
      );
    }
    walkOverAll(ways);
    expect(peers.map(({ frames }) => frames)).toEqual([['a'], ['a'], ['a'], ['a']]);
    walkOverAll(ways);
    expect(peers.map(({ frames }) => frames.length).reduce((sum, length) => sum + length, 0)).toBe(6);
  });
});

describe('a turn', () => {
  it('[SV103] ends by itself, as often as somebody has something to write', async () => {
    const turn = new WriteTurn();
    const flush = vi.fn();
    for (const times of [1, 2, 3]) {
      turn.add({ flush });
      expect(flush).toHaveBeenCalledTimes(times - 1);
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(flush).toHaveBeenCalledTimes(times);
    }
  });

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
