/** The longest wait before the first retry, milliseconds; it doubles with each that follows ([BO1]). */
export const FIRST_CEILING_MS = 1_000;

/** Where the doubling ends, milliseconds. */
export const LAST_CEILING_MS = 30_000;

/** The ceiling of the wait after so many failed attempts in a row (from 1), milliseconds. */
export function backoffCeilingMs(failures: number): number {
  return Math.min(FIRST_CEILING_MS * 2 ** (failures - 1), LAST_CEILING_MS);
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
