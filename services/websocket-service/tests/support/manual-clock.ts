import type { Clock } from '@/ports/clock';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on and runs what falls due, in order. */
  advance(ms: number): void;
  /** Somebody sets the wall clock, by so much; timers do not heed that. */
  leap(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const timers = new Set<{ at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + Math.max(0, delayMs), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.run();
      }
      now = end;
    },
    leap(ms) {
      now += ms;
      for (const timer of timers) timer.at += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}
