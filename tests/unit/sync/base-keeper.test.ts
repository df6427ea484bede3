import { expect, it } from 'vitest';
import { createPatch, createReplica } from '@/lib/replica';
import { BASE_QUIET_MS, BaseKeeper, MAX_BASE_WAITS } from '@/lib/sync/base-keeper';
import { createMemoryOutboxStore } from '@/lib/sync/memory-outbox-store';

/** A keeper whose time the test holds, and when it wrote. */
function bench() {
  const timers: { due: number; run: () => void }[] = [];
  const writes: number[] = [];
  let now = 0;
  const keeper = new BaseKeeper({
    replica: createReplica(),
    positions: () => ({ 'user:u1': { epoch: 'e1', seq: 1 } }),
    wallNow: () => now,
    setTimer(ms, run) {
      const timer = { due: now + ms, run };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
  });
  const store = createMemoryOutboxStore();
  keeper.resume();
  keeper.use({
    ...store,
    async writeBase() {
      writes.push(now);
      return 'written';
    },
  });
  const pass = async (ms: number) => {
    now += ms;
    for (const timer of timers.filter(({ due }) => due <= now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.run();
    }
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  const change = (key: string) => {
    const patch = createPatch();
    patch.touch(key);
    keeper.note(patch);
  };
  return { change, pass, writes, timers };
}

it('[RX42] writes a lone change of the base once it is quiet', async () => {
  const { change, pass, writes, timers } = bench();
  change('a');
  await pass(BASE_QUIET_MS - 1);
  expect(writes).toEqual([]);
  await pass(1);
  expect(writes).toEqual([BASE_QUIET_MS]);
  expect(timers).toEqual([]);
});

it('[RX42] writes nothing of the base between the changes of a burst, and all of it once afterwards', async () => {
  const { change, pass, writes } = bench();
  const stepMs = BASE_QUIET_MS / 4;
  for (let step = 0; step < 8; step++) {
    change(`task ${step}`);
    await pass(stepMs);
    expect(writes).toEqual([]);
  }
  await pass(BASE_QUIET_MS);
  await pass(BASE_QUIET_MS);
  expect(writes).toHaveLength(1);
});

it('[RX42] writes now and then where changes never cease', async () => {
  const { change, pass, writes } = bench();
  for (let step = 0; step < 4 * MAX_BASE_WAITS; step++) {
    change(`task ${step}`);
    change('other');
    await pass(BASE_QUIET_MS / 2);
  }
  expect(writes).toEqual([MAX_BASE_WAITS * BASE_QUIET_MS, 2 * MAX_BASE_WAITS * BASE_QUIET_MS]);
});
