import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHub } from '@/hub/hub';
import { CloseCode } from '@/lib/protocol';
import { nativeFrames } from '@/messages/event-frames';
import { noMetrics } from '@/ports/metrics';
import { WireFrame } from '@/ports/wire-frame';
import { Subscription } from '@/session/subscription';
import { CHANNEL, createWorld, EPOCH, eventAt, seqsOf } from './support/channel-world';
import { createFakePeer, createFakeWayOut } from './support/fake-peer';

/** Lets reads and turns run. */
const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

/** A hub and a log that has nothing but what is announced; each reader starts where it says. */
function createLiveChannel(metrics = noMetrics) {
  const hub = createHub({ defer: (run) => run(), metrics });
  return {
    hub,
    async join(outbound: Subscription['outbound'], seq = 0) {
      const position = { epoch: EPOCH, seq };
      const subscription = new Subscription(CHANNEL, position, {
        epoch: EPOCH,
        reader: {
          open: async () => ({ recovered: true, position, replayed: 0, release: () => {} }),
          read: async () => [],
        },
        outbound,
        encode: nativeFrames,
        encodeOpening: () => [],
        onBehind: () => {},
      });
      const leave = hub.subscribe(CHANNEL, subscription);
      await subscription.recover();
      return Object.assign(subscription, { leaveHub: leave });
    },
  };
}

describe('readers at the head of a channel', () => {
  it('[SV109] are written to without a look at their subscriptions, which stand where they were brought', async () => {
    const { hub, join } = createLiveChannel();
    const peers = [createFakePeer(), createFakePeer()];
    const subscriptions = await Promise.all(peers.map((peer) => join(peer)));
    const received = subscriptions.map((subscription) => vi.spyOn(subscription, 'receive'));
    for (const seq of [1, 2, 3]) hub.announce([eventAt(seq)]);
    expect(peers.map(seqsOf)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    // The first batch makes them stand together.
    expect(received.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(subscriptions.map(({ head, sentSeq }) => [head, sentSeq])).toEqual(
      Array(2).fill([{ epoch: EPOCH, seq: 3, eventId: 'e3' }, 3]),
    );
    expect(hub.countOf(CHANNEL)).toBe(2);
  });

  it('[SV109] are all written to, whoever leaves while that is being done', async () => {
    const { hub, join } = createLiveChannel();
    const peers = [0, 1, 2, 3].map(() => createFakePeer());
    const subscriptions: Awaited<ReturnType<typeof join>>[] = [];
    for (const peer of peers) subscriptions.push(await join(peer));
    hub.announce([eventAt(1)]);
    const [first] = peers;
    if (first === undefined) throw new Error('There is no first reader.');
    const { give } = first;
    vi.spyOn(first, 'give').mockImplementation((frame) => {
      for (const gone of subscriptions.slice(0, 2)) gone.leaveHub();
      return give.call(first, frame);
    });
    hub.announce([eventAt(2)]);
    hub.announce([eventAt(3)]);
    expect(peers.slice(2).map(seqsOf)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(hub.countOf(CHANNEL)).toBe(2);
  });

  it('[SV111] have nothing written for them when all of them have left', async () => {
    const { hub, join } = createLiveChannel();
    const subscription = await join(createFakePeer());
    hub.announce([eventAt(1)]);
    hub.subscribe(CHANNEL, { hears: 'removals', receive: () => {} });
    subscription.leaveHub();
    const written = vi.spyOn(WireFrame, 'of');
    onTestFinished(() => written.mockRestore());
    hub.announce([eventAt(2)]);
    expect(written).not.toHaveBeenCalled();
    const peer = createFakePeer();
    await join(peer, 2);
    for (const seq of [3, 4]) hub.announce([eventAt(seq)]);
    expect(seqsOf(peer)).toEqual([3, 4]);
  });

  it('[SV109] keep their place when they leave, and are not heard of again', async () => {
    const { hub, join } = createLiveChannel();
    const peer = createFakePeer();
    const subscription = await join(peer);
    hub.announce([eventAt(1)]);
    hub.announce([eventAt(2)]);
    subscription.end();
    hub.announce([eventAt(3)]);
    subscription.leaveHub();
    subscription.leaveHub();
    hub.announce([eventAt(4)]);
    expect([seqsOf(peer), subscription.sentSeq, hub.countOf(CHANNEL)]).toEqual([[1, 2], 2, 0]);
  });

  it('[SV109, SV16] are not joined by one that is ahead of what was announced, until they have come to it', async () => {
    const { hub, join } = createLiveChannel();
    const peers = [createFakePeer(), createFakePeer()];
    const [first, ahead] = await Promise.all(peers.map((peer, index) => join(peer, index * 2)));
    for (const seq of [1, 2]) hub.announce([eventAt(seq)]);
    expect(peers.map(seqsOf)).toEqual([[1, 2], []]);
    expect([first?.sentSeq, ahead?.sentSeq]).toEqual([2, 2]);
    for (const seq of [3, 4]) hub.announce([eventAt(seq)]);
    expect(peers.map(seqsOf)).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ]);
  });

  it('[SV109, LM4, LM11] do not wait for a slow one, which is bounded as ever', async () => {
    const { hub, join } = createLiveChannel();
    const [slow, quick] = [1, 2].map(() => createFakeWayOut({ maxQueuedBytes: 200, maxStallMs: 1_000 }));
    if (slow === undefined || quick === undefined) throw new Error('There are two.');
    slow.holdsBack = true;
    for (const { outbound } of [slow, quick]) await join(outbound);
    for (const seq of [1, 2, 3, 4, 5, 6]) {
      hub.announce([eventAt(seq)]);
      // The first is queued; the others find nothing before them.
      for (const { endTurn } of [slow, quick]) endTurn();
    }
    expect([slow.socket.closed?.code, quick.socket.closed]).toEqual([CloseCode.slowReader, undefined]);
    expect([slow.clock.pending, quick.clock.pending]).toEqual([1, 0]);
    expect(quick.writes()).toHaveLength(6);
    // What waits when it is closed is the bound and the one frame more.
    expect(slow.outbound.queuedBytes).toBeLessThan(400);
  });

  it('[SV109, SV101] are counted together', async () => {
    const [messages, bytes] = [vi.fn(), vi.fn()];
    const { hub, join } = createLiveChannel({ ...noMetrics, messagesOut: { add: messages }, bytesOut: { add: bytes } });
    const ways = [1, 2, 3].map(() => createFakeWayOut({ maxQueuedBytes: 1_000, maxStallMs: 1_000 }));
    for (const { outbound } of ways) await join(outbound);
    hub.announce([eventAt(1)]);
    for (const { endTurn } of ways) endTurn();
    ways[0]?.socket.close(1000);
    hub.announce([eventAt(2)]);
    const length = Buffer.byteLength(nativeFrames([eventAt(2)])[0] ?? '') + 2;
    expect(messages.mock.calls).toEqual([[2]]);
    expect(bytes.mock.calls).toEqual([[2 * length]]);
  });

  it('[SV109, SV16] each get all in order, however they come, go, lag and miss announcements', async () => {
    const act = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('tell', 'settle', 'join', 'leave') },
      { weight: 1, arbitrary: fc.constantFrom('commit', 'announce', 'lose', 'notice', 'step', 'drain', 'hold') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(act, fc.nat({ max: 30 })), { maxLength: 80, size: 'max' }), async (acts) => {
        const world = createWorld();
        world.commit(4);
        world.announce();
        const readers: { peer: ReturnType<typeof createFakePeer>; start: number; heard?: number; leave(): void }[] = [];
        const join = (start: number): void => {
          const peer = createFakePeer();
          const subscription = world.subscribe({ epoch: EPOCH, seq: start }, peer);
          const reader: (typeof readers)[number] = {
            peer,
            start,
            leave() {
              subscription.end();
              subscription.leaveHub();
              reader.heard ??= seqsOf(peer).length;
            },
          };
          readers.push(reader);
        };
        for (const start of [4, 4, 4]) join(start);
        for (const [what, which] of acts) {
          const reader = readers[which % readers.length];
          if (what === 'tell') {
            world.commit(1 + (which % 2));
            world.announce();
          } else if (what === 'settle') await world.settle();
          else if (what === 'commit') world.commit(1 + (which % 3));
          else if (what === 'announce') world.announce();
          else if (what === 'lose') {
            world.commit(1);
            world.loseAnnouncement();
          } else if (what === 'notice') world.notice(world.head());
          else if (what === 'step') await world.step();
          else if (what === 'join') join(which % (world.head() + 1));
          else if (what === 'leave') reader?.leave();
          else if (what === 'hold' && reader !== undefined) reader.peer.holdsBack = true;
          else reader?.peer.drainOne();
          await turns();
        }
        world.commit(1);
        world.announce();
        world.notice(world.head());
        for (const { peer } of readers) peer.holdsBack = false;
        for (let round = 0; round < 10; round += 1) {
          for (const { peer } of readers) for (let held = 0; held < 60; held += 1) peer.drainOne();
          await world.settle();
        }
        world.commit(1);
        world.announce();
        for (const { peer, start, heard } of readers) {
          const expected = Array.from({ length: world.head() - start }, (_, index) => start + 1 + index);
          expect(seqsOf(peer)).toEqual(expected.slice(0, heard));
        }
        expect(world.hub.countOf(CHANNEL)).toBe(readers.filter(({ heard }) => heard === undefined).length);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
