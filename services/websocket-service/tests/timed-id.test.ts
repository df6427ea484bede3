import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimedIds, timedId } from '@/ports/timed-id';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function millisecondsOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

describe('a timed id', () => {
  it('[LG31] is a UUID of version 7 that begins with the milliseconds since 1970', () => {
    const id = createTimedIds(() => 1_645_557_742_000)();
    expect(id).toMatch(UUID_V7);
    // The example of RFC 9562, A.6.
    expect(id.slice(0, 13)).toBe('017f22e2-79b0');
  });

  it('[LG31] is greater than every one before it, also within a millisecond and where the clock goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 }), (times) => {
        let now = 0;
        const create = createTimedIds(() => now);
        const ids = times.map((time) => {
          now = time;
          return create();
        });
        expect(ids).toEqual([...ids].sort());
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(UUID_V7);
      }),
    );
  });

  it('[LG31] borrows from the next millisecond where one has made more than it can count', () => {
    const create = createTimedIds(() => 7);
    const ids = Array.from({ length: 10_000 }, create);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect([ids[4095], ids[4096], ids.at(-1)].map((id) => millisecondsOf(String(id)))).toEqual([7, 8, 9]);
  });

  it('[LG31] of two makers differs, though both see the same time', () => {
    const ids = [createTimedIds(() => 7), createTimedIds(() => 7)].map((create) => create());
    expect(new Set(ids).size).toBe(2);
  });

  it('[LG31] of this process begins with its time', () => {
    const before = Date.now();
    const ms = millisecondsOf(timedId());
    expect(ms).toBeGreaterThanOrEqual(before);
  });
});
