/** The longest waits before the first, second, … retry, milliseconds; the last one holds for all that follow ([BO1]). */
export const BACKOFF_CEILINGS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const;

/** The ceiling of the wait after so many failed attempts in a row (from 1), milliseconds. */
export function backoffCeilingMs(failures: number): number {
  return BACKOFF_CEILINGS_MS[Math.min(failures, BACKOFF_CEILINGS_MS.length) - 1] ?? BACKOFF_CEILINGS_MS[0];
}

/**
 * The wait after so many failed attempts in a row, milliseconds, unrounded. Full jitter: clamped first and drawn after, so
 * that clients at the cap stay spread over the whole of it ([BO3]).
 *
 * @param random Draws from 0 up to, not including, 1.
 */
export function backoffDelayMs(failures: number, random: () => number): number {
  return random() * backoffCeilingMs(failures);
}
