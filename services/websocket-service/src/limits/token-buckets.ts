import type { Rate } from '@/config/rate';

/** Fractions of tokens are sums of fractions. */
const ROUNDING_MS = 1e-6;

/** One bucket per key: each holds what may happen at once and fills up again evenly. */
export class TokenBuckets {
  /** The least recently used first. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** @param now Milliseconds; a step back fills nothing. */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
  ) {}

  /** Takes one. @returns 0, or when all are taken, after how many milliseconds the next one is there. */
  take(key: string): number {
    const { count, perMs } = this.rate;
    if (count === Number.POSITIVE_INFINITY) return 0;
    const now = this.now();
    this.#forgetFull(now);
    const known = this.#buckets.get(key) ?? { tokens: count, at: now };
    // A clock that is set back, or says nothing, fills nothing.
    const elapsedMs = Math.max(0, now - known.at) || 0;
    const tokens = Math.min(count, known.tokens + (elapsedMs / perMs) * count);
    // Put at the end, so that the oldest ones come first.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / count) * perMs - ROUNDING_MS);
  }

  /** How many keys are remembered: only those that were used within `perMs`. */
  get size(): number {
    return this.#buckets.size;
  }

  #forgetFull(now: number): void {
    for (const [key, { at }] of this.#buckets) {
      if (now - at < this.rate.perMs) return;
      this.#buckets.delete(key);
    }
  }
}
