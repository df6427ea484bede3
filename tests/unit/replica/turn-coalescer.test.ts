import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BURST_GAP_MS,
  createTurnCoalescer,
  MAX_GATHER_MS,
  QUIET_AFTER_MANY_MS,
  QUIET_MS,
  TASKS_PER_QUESTION,
} from '@/lib/replica';

/** A coalescer whose turns the test ends, and how often it told. */
function bench() {
  const turns: (() => void)[] = [];
  const told = vi.fn();
  const coalescer = createTurnCoalescer(told, (callback) => turns.push(callback));
  return { coalescer, told, endTurn: () => turns.shift()?.(), turns };
}

/** Lets the present task end. */
const endTask = () => Promise.resolve();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('changes in turns', () => {
  it('[RX13] tells the first at once and what follows in the same task at its end', async () => {
    const { coalescer, told } = bench();
    for (let change = 0; change < 100; change++) coalescer.touch();
    expect(told).toHaveBeenCalledTimes(1);
    await endTask();
    expect(told).toHaveBeenCalledTimes(2);
  });

  it('[RX13] tells before what a listener puts off until the end of the task', async () => {
    const order: string[] = [];
    const coalescer = createTurnCoalescer(
      () => {
        order.push('told');
        if (order.length === 1) queueMicrotask(() => order.push('drawn'));
      },
      () => {},
    );
    coalescer.touch();
    coalescer.touch();
    await endTask();
    await endTask();
    expect(order).toEqual(['told', 'told', 'drawn']);
  });

  it('[RX39] lets a fault of a listener at the end of a task be uncaught, and goes on', async () => {
    const uncaught: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (run: () => void) => uncaught.push(run));
    let times = 0;
    const coalescer = createTurnCoalescer(
      () => {
        times += 1;
        if (times === 2) throw new Error('a listener failed');
      },
      () => {},
    );
    coalescer.touch();
    coalescer.touch();
    await endTask();
    expect(uncaught).toHaveLength(1);
    expect(uncaught[0]).toThrow('a listener failed');
    coalescer.touch();
    coalescer.flush();
    expect(times).toBe(3);
  });

  it('[RX13] tells one change per turn in its turn', async () => {
    const { coalescer, told, endTurn, turns } = bench();
    for (let turn = 1; turn <= 3; turn++) {
      coalescer.touch();
      await endTask();
      expect(told).toHaveBeenCalledTimes(turn);
      endTurn();
      expect(turns).toEqual([]);
    }
  });

  it('[RX41] asks after eight tasks whether a turn is over, and tells all that follows in it together', async () => {
    const turns: (() => void)[] = [];
    const told = vi.fn();
    const coalescer = createTurnCoalescer(told, (callback) => turns.push(callback), TASKS_PER_QUESTION);
    for (let task = 0; task < 500; task++) {
      coalescer.touch();
      coalescer.touch();
      await endTask();
    }
    // Each of the eight is told at once and at its end.
    expect(told).toHaveBeenCalledTimes(2 * TASKS_PER_QUESTION);
    expect(turns).toHaveLength(1);
    turns.shift()?.();
    expect(told).toHaveBeenCalledTimes(2 * TASKS_PER_QUESTION + 1);
  });
});

describe('changes by frames', () => {
  it('[RX38] tells 500 of a burst, in tasks of their own, in two tellings', async () => {
    const { coalescer, told } = bench();
    for (let frame = 0; frame < 500; frame++) {
      coalescer.touchByFrame();
      await endTask();
      if (frame % 5 === 0) vi.advanceTimersByTime(1);
    }
    expect(told).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(QUIET_AFTER_MANY_MS + QUIET_MS);
    expect(told).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[RX38] tells each of those that come far apart at once, without any timer', async () => {
    const { coalescer, told } = bench();
    for (let frame = 1; frame <= 5; frame++) {
      coalescer.touchByFrame();
      expect(told).toHaveBeenCalledTimes(frame);
      await endTask();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(BURST_GAP_MS);
    }
    expect(told).toHaveBeenCalledTimes(5);
  });

  it('[RX38] holds nothing back for longer than half a second, however long frames keep coming', async () => {
    const { coalescer, told } = bench();
    let longest = 0;
    let since = performance.now();
    told.mockImplementation(() => {
      longest = Math.max(longest, performance.now() - since);
      since = performance.now();
    });
    for (let frame = 0; frame < 1_000; frame++) {
      coalescer.touchByFrame();
      await endTask();
      vi.advanceTimersByTime(5);
    }
    expect(told.mock.calls.length).toBeGreaterThan(8);
    expect(longest).toBeLessThanOrEqual(MAX_GATHER_MS + QUIET_AFTER_MANY_MS);
  });

  it('[RX38] tells an own change in the middle of a burst at once', async () => {
    const { coalescer, told } = bench();
    coalescer.touchByFrame();
    await endTask();
    coalescer.touchByFrame();
    await endTask();
    expect(told).toHaveBeenCalledTimes(1);
    coalescer.touch();
    expect(told).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it('[RX38] waits for no timer in a hidden tab', async () => {
    vi.stubGlobal('document', { hidden: true });
    vi.useRealTimers();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const { coalescer, told } = bench();
    coalescer.touchByFrame();
    await endTask();
    coalescer.touchByFrame();
    while (told.mock.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });
});
