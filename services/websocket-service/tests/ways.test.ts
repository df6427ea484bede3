import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ways } from '@/hub/ways';
import { Lane } from '@/ports/lane';
import type { Sender } from '@/ports/sender';
import { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';
import { connection, loopTurn, text, wayOutOf } from './support/connections';
import { createFakePeer } from './support/fake-peer';
import { SENDERS } from './support/senders';

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
