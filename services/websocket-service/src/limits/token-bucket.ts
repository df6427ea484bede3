import type { Rate } from '@/config/rate';

/** Fractions of tokens are sums of fractions. */
const ROUNDING_MS = 1e-6;

/** Holds what may happen at once and fills up again evenly. A full one to begin with; its rate is given with each use. */
export class TokenBucket {
  #tokens: number;

  /** @param at When it was used last, milliseconds. */
  constructor(
    { count }: Rate,
    public at: number,
  ) {
    this.#tokens = count;
  }

  /**
   * Takes what is wanted, at most `rate.count`.
   *
   * @param now Milliseconds; a step back fills nothing.
   * @returns 0, or when fewer are there, and none is taken, after how many milliseconds they are.
   */
  take({ count, perMs }: Rate, now: number, wanted = 1): number {
    if (count === Number.POSITIVE_INFINITY) return 0;
    // A clock that is set back, or says nothing, fills nothing.
    const elapsedMs = Math.max(0, now - this.at) || 0;
    const tokens = Math.min(count, this.#tokens + (elapsedMs / perMs) * count);
    const areThere = tokens >= wanted;
    this.#tokens = areThere ? tokens - wanted : tokens;
    this.at = now;
    return areThere ? 0 : Math.ceil(((wanted - tokens) / count) * perMs - ROUNDING_MS);
  }
}
