import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '@/lib/testing';
import { backoffCeilingMs, backoffDelayMs } from '@/lib/websocket';

describe('backoff', () => {
  it('[BO1] climbs to 30 s and stays there', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 50, 1e9].map(backoffCeilingMs);
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('[BO3] draws every delay under its ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, draw) => {
          const delay = backoffDelayMs(n, () => draw);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThan(backoffCeilingMs(n));
        },
      ),
    );
  });

  it('[BO3] draws after clamping and does not round', () => {
    expect(backoffDelayMs(1, () => 0.123456789)).toBe(123.456789);
    expect(backoffDelayMs(99, () => 0.5)).toBe(15_000);
  });

  it('[BO3] spreads a herd evenly at every attempt', () => {
    const random = createSeededRandom(7);
    for (const failures of [1, 3, 6, 20]) {
      const delays = Array.from({ length: 10_000 }, () => backoffDelayMs(failures, random));
      const tenths = new Array<number>(10).fill(0);
      for (const delay of delays) {
        const tenth = Math.floor((delay / backoffCeilingMs(failures)) * 10);
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expect(new Set(delays).size / delays.length).toBeGreaterThan(0.95);
      for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    }
  });
});
