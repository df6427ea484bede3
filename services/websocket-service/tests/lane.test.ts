import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownFree, Lane } from '@/ports/lane';
import { WireFrame } from '@/ports/wire-frame';
import { connection, loopTurn, text, walkOver } from './support/connections';
import { SENDERS } from './support/senders';
import { createTempDir } from './support/temp-dir';

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
