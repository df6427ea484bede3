import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { WireFrame } from '@/ports/wire-frame';
import { createFakeWayOut } from './support/fake-peer';

const LIMITS = { maxQueuedBytes: 100, maxStallMs: 1_000 };

describe('the way out', () => {
  it('[SV103] writes all frames of a turn at once, in order, pulled ones too', async () => {
    const { outbound, writes, endTurn } = createFakeWayOut({ ...LIMITS, maxQueuedBytes: 1_000 });
    outbound.push('a');
    const pulled = outbound.pull('b');
    outbound.push(WireFrame.of('ü'));
    expect(writes()).toEqual([]);
    endTurn();
    expect(writes()).toEqual([['a', 'b', 'ü']]);
    expect(await pulled).toBe(true);
  });

  it('[SV103] writes when the turn ends, without a timer', async () => {
    const { outbound, writes, clock } = createFakeWayOut(LIMITS);
    outbound.push('a');
    await Promise.resolve().then(() => outbound.push('b'));
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(writes()).toEqual([['a', 'b']]);
    expect(clock.pending).toBe(0);
  });

  it('[SV108] writes the last frame of a turn at once, after what is queued for the same reader', () => {
    const { outbound, writes, turn } = createFakeWayOut(LIMITS);
    expect(outbound.give(WireFrame.of('a'))).toBe(true);
    expect(writes()).toEqual([['a']]);
    outbound.push('b');
    expect(outbound.give(WireFrame.of('c'))).toBe(false);
    expect(writes()).toEqual([['a']]);
    turn.end();
    expect(writes()).toEqual([['a'], ['b', 'c']]);
  });

  it('[SV112] gives nothing to a socket whose close waits, though its connection goes on', () => {
    const { outbound, writes, socket } = createFakeWayOut(LIMITS);
    socket.isServed = false;
    expect(outbound.give(WireFrame.of('a'))).toBe(false);
    expect(writes()).toEqual([]);
  });

  it('[SV108, SV103] writes nothing at once to a socket that closes', () => {
    const { outbound, socket, writes } = createFakeWayOut(LIMITS);
    socket.close(1000);
    expect(outbound.give(WireFrame.of('a'))).toBe(false);
    expect(writes()).toEqual([]);
  });

  it('[SV108, LM4, LM11] bounds what is written at once as well', () => {
    const wayOut = createFakeWayOut(LIMITS);
    wayOut.holdsBack = true;
    const give = (text: string): boolean => wayOut.outbound.give(WireFrame.of(text));
    give('x'.repeat(98));
    expect([wayOut.socket.closed, wayOut.clock.pending]).toEqual([undefined, 1]);
    give('b');
    expect(wayOut.socket.closed?.code).toBe(CloseCode.slowReader);
  });

  it('[SV103] writes what was queued before it closes, and nothing after', () => {
    const { outbound, socket, writes, endTurn } = createFakeWayOut(LIMITS);
    outbound.push('a');
    outbound.close(4400, 'why');
    outbound.push('b');
    endTurn();
    expect([writes(), socket.closed]).toEqual([[['a']], { code: 4400, reason: 'why' }]);
  });

  it('[SV103] sends nothing once its peer closes', async () => {
    const { outbound, socket, writes, endTurn } = createFakeWayOut(LIMITS);
    const pulled = outbound.pull('a');
    socket.isServed = false;
    endTurn();
    expect(writes()).toEqual([]);
    expect(await pulled).toBe(false);
    expect(await outbound.pull('b')).toBe(false);
  });

  it('[LM4] closes a reader that lets too much wait, and only then', () => {
    const wayOut = createFakeWayOut(LIMITS);
    wayOut.holdsBack = true;
    wayOut.outbound.push('x'.repeat(98));
    expect(wayOut.outbound.queuedBytes).toBe(100);
    expect(wayOut.socket.closed).toBeUndefined();
    wayOut.outbound.push('b');
    expect(wayOut.socket.closed?.code).toBe(CloseCode.slowReader);
    wayOut.outbound.push('c');
    wayOut.endTurn();
    expect(wayOut.outbound.queuedBytes).toBe(103);
  });

  it('[LM4] counts what the network has not taken, not what one turn is long', () => {
    const { outbound, socket } = createFakeWayOut({ ...LIMITS, maxQueuedBytes: 100_000 });
    for (let index = 0; index < 50; index += 1) outbound.push('x'.repeat(10_000));
    expect(socket.closed).toBeUndefined();
  });

  it('[LM5] does not count what is being pulled', async () => {
    const wayOut = createFakeWayOut(LIMITS);
    wayOut.holdsBack = true;
    const pulled = wayOut.outbound.pull('x'.repeat(1_000));
    wayOut.outbound.push('a');
    wayOut.endTurn();
    expect(wayOut.socket.closed).toBeUndefined();
    wayOut.outbound.push('x'.repeat(98));
    expect(wayOut.socket.closed?.code).toBe(CloseCode.slowReader);
    await wayOut.takeOne();
    expect(await pulled).toBe(true);
  });
});

describe('a reader that stalls', () => {
  function start() {
    const wayOut = createFakeWayOut(LIMITS);
    wayOut.holdsBack = true;
    return wayOut;
  }

  it.each(['push', 'pull'] as const)('[LM11] is closed with 4410 when what it was sent by %s waits too long', (how) => {
    const { clock, socket, outbound, endTurn } = start();
    void outbound[how]('a');
    endTurn();
    clock.advance(999);
    expect(socket.closed).toBeUndefined();
    clock.advance(1);
    expect(socket.closed?.code).toBe(CloseCode.slowReader);
    expect(clock.pending).toBe(0);
  });

  it('[LM11] is closed though it took something at first, at most a third of the span later', async () => {
    const { clock, socket, outbound, endTurn, takeOne } = start();
    for (const frame of ['a', 'b']) {
      outbound.push(frame);
      endTurn();
    }
    clock.advance(1);
    await takeOne();
    clock.advance(999);
    expect(socket.closed).toBeUndefined();
    clock.advance(334);
    expect(socket.closed?.code).toBe(CloseCode.slowReader);
  });

  it('[LM11] lives on as long as it takes something, and costs no timer when nothing waits', async () => {
    const { clock, socket, outbound, endTurn, takeOne } = start();
    for (const frame of ['a', 'b', 'c']) {
      outbound.push(frame);
      endTurn();
    }
    for (let round = 0; round < 3; round += 1) {
      await takeOne();
      clock.advance(1_000);
      expect(socket.closed).toBeUndefined();
    }
    clock.advance(10_000);
    expect(clock.pending).toBe(0);
    outbound.push('d');
    endTurn();
    expect(clock.pending).toBe(1);
    outbound.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('a frame for the network', () => {
  it.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('[SV20] of %i bytes has the head that RFC 6455 says', (bytes, head) => {
    const frame = WireFrame.of('x'.repeat(bytes));
    expect(frame.toBytes().toString('hex', 0, head.length / 2)).toBe(head);
    expect(frame.length).toBe(head.length / 2 + bytes);
  });

  it('[SV20] joins any texts in order, and once for all who get the same ones', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constant('ä'.repeat(9_000)),
      fc.constant('x'.repeat(70_000)),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
        const frames = texts.map((one) => WireFrame.of(one));
        const join = () => frames.reduce((before, next) => before.followedBy(next));
        expect(join()).toBe(join());
        expect(
          join()
            .toBytes()
            .equals(Buffer.concat(frames.map((frame) => frame.toBytes()))),
        ).toBe(true);
        expect(join().count).toBe(texts.length);
      }),
    );
  });
});
