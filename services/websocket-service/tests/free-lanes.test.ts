import { describe, expect, it } from 'vitest';
import { FreeLanes } from '@/hub/free-lanes';
import type { Sender } from '@/ports/sender';

/** Tells what each call gave it; of a frame each descriptor takes as many bytes as it is called. */
function createSender() {
  const calls: (readonly number[])[] = [];
  const sender: Sender = {
    toOne: (descriptor, { length }) => Math.min(descriptor, length),
    toAll(descriptors, count, bytes, taken) {
      const called = [...descriptors.subarray(0, count)];
      calls.push(called);
      taken.set(called.map((descriptor) => sender.toOne(descriptor, bytes)));
      return called.filter((descriptor) => descriptor >= bytes.length).length;
    },
  };
  return { calls, sender };
}

describe('the free lanes of a walk', () => {
  it('[SV158] are sent to in one call, and who did not take all is told by their numbers in the walk', () => {
    const { calls, sender } = createSender();
    const lanes = new FreeLanes();
    const bytes = Buffer.alloc(5);
    lanes.begin(9);
    for (const [index, descriptor] of [
      [1, 7],
      [4, 2],
      [5, 5],
      [8, 0],
    ] as const)
      lanes.add(index, descriptor);
    expect(lanes.send(bytes, sender)).toEqual([
      { index: 4, taken: 2 },
      { index: 8, taken: 0 },
    ]);
    lanes.begin(20);
    for (let index = 0; index < 20; index += 1) lanes.add(index, 5 + index);
    expect(lanes.send(bytes, sender)).toEqual([]);
    lanes.begin(1);
    expect(lanes.send(bytes, sender)).toEqual([]);
    expect(calls).toEqual([[7, 2, 5, 0], Array.from({ length: 20 }, (_, index) => 5 + index), []]);
  });
});
