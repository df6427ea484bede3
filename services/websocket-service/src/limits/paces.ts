import type { Rate } from '@/config/rate';

/**
 * Spreads what keys do: as many at once as the rate says, then one after the other, evenly. Unlike a bucket it refuses
 * nothing: it says when.
 */
export class Paces {
  /** When a key has nothing open any more; who was heard of least recently first. */
  readonly #freeAt = new Map<string, number>();

  /**
   * @param maxWaitMs Nobody waits longer, however many wait.
   * @param now Milliseconds.
   */
  constructor(
    private readonly rate: Rate,
    private readonly maxWaitMs: number,
    private readonly now: () => number,
  ) {}

  /** Takes the next place of a key. @returns how far off it is, milliseconds; 0: now. */
  take(key: string): number {
    const { count, perMs } = this.rate;
    if (count === Number.POSITIVE_INFINITY) return 0;
    const now = this.now();
    this.#forgetFree(now);
    const longest = now + perMs + this.maxWaitMs;
    // A clock that is set back holds up nobody for long.
    const freeAt = Math.min(Math.max(this.#freeAt.get(key) ?? 0, now) + perMs / count, longest);
    // Put at the end, so that the oldest ones come first.
    this.#freeAt.delete(key);
    this.#freeAt.set(key, freeAt);
    return Math.max(0, freeAt - perMs - now);
  }

  /** How many keys are remembered: none for longer than `perMs` and the longest wait after its last one. */
  get size(): number {
    return this.#freeAt.size;
  }

  #forgetFree(now: number): void {
    for (const [key, freeAt] of this.#freeAt) {
      if (freeAt > now) return;
      this.#freeAt.delete(key);
    }
  }
}
