import { describe, expect, it } from 'vitest';
import { followLog } from '@/hub/follow-log';
import { createHub } from '@/hub/hub';
import { nativeFrames } from '@/messages/event-frames';
import { openingFrames } from '@/messages/opening-frames';
import { silentLogger } from '@/ports/logger';
import { Subscription } from '@/session/subscription';
import { CHANNEL, EPOCH, eventAt, seqsOf } from './support/channel-world';
import { createFakePeer } from './support/fake-peer';
import { createManualClock } from './support/manual-clock';

/** How many events a channel is ahead: around the bounds of one read, and far beyond. */
const DISTANCES = [1, 255, 256, 257, 511, 512, 513, 1_300];

/** How many events a read brings at most, whatever its limit: bodies may be large ([LG35]). */
const BOUNDS = [Number.POSITIVE_INFINITY, 100];

const CASES = DISTANCES.flatMap((distance) => BOUNDS.map((bound) => ({ distance, bound })));

/** A log of so many events that notes what is read of it. */
function createLog(head: number, bound: number) {
  const reads: { readonly after: number; readonly limit: number; readonly count: number }[] = [];
  return {
    reads,
    read: async (_channel: string, after: number, limit: number) => {
      const count = Math.min(limit, bound, head - after);
      reads.push({ after, limit, count });
      return Array.from({ length: count }, (_, index) => eventAt(after + index + 1));
    },
    head: { epoch: EPOCH, seq: head },
  };
}

/** Each read goes on where the one before ended, and none is more than needed. */
function expectInTurn({ reads, head }: ReturnType<typeof createLog>, limit: number, bound: number): void {
  expect(new Set(reads.map((read) => read.limit))).toEqual(new Set([limit]));
  expect(reads.map(({ after }) => after)).toEqual([0, ...reads.map(({ after, count }) => after + count)].slice(0, -1));
  expect(reads).toHaveLength(Math.ceil(head.seq / Math.min(limit, bound)));
}

function seqsTo(head: number): readonly number[] {
  return Array.from({ length: head }, (_, index) => index + 1);
}

/** Lets everything go on that waits for nothing else. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

describe('what others wrote', () => {
  it.each(CASES)(
    '[LG57] is read 256 events at a time and announced once, in order: %o',
    async ({ distance, bound }) => {
      const log = createLog(distance, bound);
      let head = 0;
      const hub = createHub({ defer: (run) => run() });
      const clock = createManualClock();
      const following = followLog({
        log: {
          read: log.read,
          heads: async (channels) => new Map(channels.map((channel) => [channel, { epoch: EPOCH, seq: head }])),
          onCommitted: () => () => {},
          onHint: () => () => {},
        },
        hub,
        clock,
        logger: silentLogger,
        pollMs: 500,
      });
      const heard: number[] = [];
      hub.subscribe(CHANNEL, {
        receive: ({ events }) => heard.push(...events.map(({ seq }) => seq)),
        notice: () => {},
      });
      await settle();
      head = distance;
      clock.advance(500);
      await settle();
      expect(heard).toEqual(seqsTo(distance));
      expect(following.lag()).toBe(0);
      expectInTurn(log, 256, bound);
      following.stop();
    },
  );
});

describe('what a reader missed', () => {
  const createReader = (distance: number, bound: number) => {
    const log = createLog(distance, bound);
    const peer = createFakePeer();
    const subscription = new Subscription(
      CHANNEL,
      { epoch: EPOCH, seq: 0 },
      {
        epoch: EPOCH,
        reader: {
          read: log.read,
          open: async () => ({ recovered: true, position: log.head, replayed: distance, release: () => {} }),
        },
        outbound: peer,
        encode: nativeFrames,
        encodeOpening: openingFrames,
        onBehind: () => {},
      },
    );
    return { log, peer, subscription };
  };

  it.each(CASES)('[LG57] is read 512 events at a time and sent once, in order: %o', async ({ distance, bound }) => {
    const { log, peer, subscription } = createReader(distance, bound);
    await subscription.recover();
    expect(seqsOf(peer)).toEqual(seqsTo(distance));
    expect(subscription.head?.seq).toBe(distance);
    expectInTurn(log, 512, bound);
  });

  it('[LG57] is not read ahead for a reader that does not drain', async () => {
    const { log, peer, subscription } = createReader(1_300, Number.POSITIVE_INFINITY);
    peer.holdsBack = true;
    const recovered = subscription.recover();
    await settle();
    expect(log.reads).toHaveLength(0);
    // Where the reader was, with nothing left to drain, when the log was read.
    const drainedAt: number[] = [];
    while (log.reads.length < 3) {
      const [before, sent] = [log.reads.length, Math.max(0, ...seqsOf(peer))];
      peer.drainOne();
      await settle();
      if (log.reads.length > before) drainedAt.push(sent);
    }
    expect(drainedAt).toEqual([0, 512, 1_024]);
    peer.holdsBack = false;
    peer.drainOne();
    await recovered;
    expect(seqsOf(peer)).toEqual(seqsTo(1_300));
  });
});
