import type { Rate } from '@/config/rate';
import { TokenBucket } from './token-bucket';

/** One bucket per key. */
export class TokenBuckets {
  /** The least recently used first. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param now Milliseconds; a step back fills nothing. */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
  ) {}

  /** Takes one. @returns 0, or when all are taken, after how many milliseconds the next one is there. */
  take(key: string): number {
    if (this.rate.count === Number.POSITIVE_INFINITY) return 0;
    const now = this.now();
    this.#forgetFull(now);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.rate, now);
    // Put at the end, so that the oldest ones come first.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    return bucket.take(this.rate, now);
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
