import { describe, expect, it } from 'vitest';
import { createSlots } from '@/limits/slots';
import type { Clock } from '@/ports/clock';
import { createFrameQueue } from '@/session/frame-queue';
import { startHeartbeat } from '@/session/heartbeat';
import { watchToken } from '@/session/token-watch';
import { drainAdvice } from '@/upgrade/drain-advice';
import { createFakePeer } from './support/fake-peer';
import { createManualClock } from './support/manual-clock';

describe('the heartbeat', () => {
  function start() {
    const [clock, peer] = [createManualClock(), createFakePeer()];
    let pings = 0;
    const heartbeat = startHeartbeat(clock, peer, 100, () => {
      pings += 1;
    });
    return { clock, peer, heartbeat, pings: () => pings };
  }

  it('[SV23, SV24] pings at its distance, with a protocol ping beside it, as long as the peer lives', () => {
    const { clock, peer, heartbeat, pings } = start();
    clock.advance(99);
    expect([pings(), peer.pings]).toEqual([0, 0]);
    for (let round = 1; round <= 10; round += 1) {
      clock.advance(round === 1 ? 1 : 100);
      expect([pings(), peer.pings]).toEqual([round, round]);
      heartbeat.heard();
    }
    expect(peer.isTerminated).toBe(false);
  });

  it('[SV24] drops a peer that is silent from one ping to the next', () => {
    const { clock, peer, pings } = start();
    clock.advance(199);
    expect([pings(), peer.isTerminated]).toEqual([1, false]);
    clock.advance(1);
    expect([pings(), peer.isTerminated, clock.pending]).toEqual([1, true, 0]);
  });

  it('[SV147] reads what a frozen service did not hear in time before it drops anybody', () => {
    const [manual, peer] = [createManualClock(), createFakePeer()];
    const unread: (() => void)[] = [];
    const clock: Clock = {
      ...manual,
      after: (ms, run) => {
        // Between two timers the sockets are read.
        if (ms === 0) for (const read of unread.splice(0)) read();
        return manual.after(ms, run);
      },
    };
    const heartbeat = startHeartbeat(clock, peer, 100, () => {});
    manual.advance(100);
    unread.push(() => heartbeat.heard());
    manual.advance(100);
    expect([peer.pings, peer.isTerminated]).toEqual([2, false]);
    manual.advance(100);
    expect([peer.pings, peer.isTerminated]).toEqual([2, true]);
  });

  it('[SV24] leaves no timer behind', () => {
    const { clock, heartbeat, pings } = start();
    heartbeat.stop();
    clock.advance(1_000);
    expect([pings(), clock.pending]).toEqual([0, 0]);
  });
});

describe('the watch over a token', () => {
  function watch(leftMs: number) {
    const clock = createManualClock();
    const heard: string[] = [];
    const stop = watchToken(
      clock,
      clock.now() + leftMs,
      { noticeMs: 60, graceMs: 25 },
      {
        onExpiring: (inMs) => heard.push(`expiring in ${inMs}`),
        onExpired: () => heard.push('expired'),
      },
    );
    return { clock, heard, stop };
  }

  it('[AU17] gives notice ahead of the end, and ends after the grace', () => {
    const { clock, heard } = watch(1_000);
    clock.advance(939);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual(['expiring in 60']);
    clock.advance(84);
    expect(heard).toHaveLength(1);
    clock.advance(1);
    expect(heard).toEqual(['expiring in 60', 'expired']);
  });

  it('[AU17] gives notice at once when less time is left', () => {
    const { clock, heard } = watch(10);
    clock.advance(0);
    expect(heard).toEqual(['expiring in 10']);
    clock.advance(35);
    expect(heard).toEqual(['expiring in 10', 'expired']);
  });

  it('[AU16] says nothing more once a refreshed token has a watch of its own', () => {
    for (const before of [0, 950]) {
      const { clock, heard, stop } = watch(1_000);
      clock.advance(before);
      const said = heard.length;
      stop();
      clock.advance(10_000);
      expect([heard.length, clock.pending]).toEqual([said, 0]);
    }
  });
});

describe('the queue of frames', () => {
  it('[LM9] handles in order, one at a time, and stops when too many wait', async () => {
    const handled: (string | undefined)[] = [];
    const gates: (() => void)[] = [];
    let overflows = 0;
    const queue = createFrameQueue(
      (frame) => {
        handled.push(frame);
        return new Promise((resolve) => gates.push(resolve));
      },
      2,
      () => {
        overflows += 1;
      },
    );
    for (const frame of ['a', 'b', 'c']) queue.add(frame);
    expect(handled).toEqual(['a']);
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual(['a', 'b']);
    for (const frame of ['d', 'e', 'f']) queue.add(frame);
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect([handled, overflows]).toEqual([['a', 'b'], 1]);
  });
});

describe('slots', () => {
  it('[LM7] are counted per key, and come back once however often they are given back', () => {
    const slots = createSlots(2);
    const first = slots.take('__proto__');
    expect(slots.take('__proto__')).toBeDefined();
    expect(slots.take('__proto__')).toBeUndefined();
    expect(slots.take('other')).toBeDefined();
    first?.();
    first?.();
    expect(slots.take('__proto__')).toBeDefined();
    expect(slots.take('__proto__')).toBeUndefined();
  });
});

describe('the advice of a closing service', () => {
  it('[SV25] spreads many peers over more time, within bounds', () => {
    expect(drainAdvice(2)).toEqual({ retryAfterMs: 1_000, spreadMs: 1_000 });
    expect(drainAdvice(5_000)).toEqual({ retryAfterMs: 1_000, spreadMs: 10_000 });
    expect(drainAdvice(1_000_000)).toEqual({ retryAfterMs: 1_000, spreadMs: 30_000 });
  });
});
