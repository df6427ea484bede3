import type { Clock } from '@/ports/clock';

/** So far may the wall clock be from where it should be; work that takes its time is not a leap. */
const MAX_LEAP_MS = 5 * 60_000;
/** So long is a clock that has leapt in doubt. */
const DOUBT_MS = 60 * 60_000;

/**
 * Watches the wall clock from a run of regular work to the next: timers do not heed it, so it has to be one interval
 * further each time. One that was set, or stood still while the machine slept, is in doubt for an hour: it may be set
 * right again ([LG54]).
 *
 * @returns says at each run whether the clock is in doubt.
 */
export function createLeapWatch(clock: Pick<Clock, 'now'>, intervalMs: number): () => boolean {
  let expectedAt = clock.now() + intervalMs;
  let doubtMs = 0;
  return () => {
    const now = clock.now();
    const hasLeapt = Math.abs(now - expectedAt) > MAX_LEAP_MS;
    doubtMs = hasLeapt ? DOUBT_MS : Math.max(0, doubtMs - intervalMs);
    expectedAt = now + intervalMs;
    return doubtMs > 0;
  };
}
