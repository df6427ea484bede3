import { describe, expect, it } from 'vitest';
import { baseOf } from '@/lib/replica';
import { FakeDisk, rest } from './fake-device';
import { bench, CHANNEL, task } from './fixtures';

const create = { kind: 'create', id: 'm1', taskId: 'n', task: { title: 'n' }, draft: task('n', 0) } as const;

async function open(disk: FakeDisk) {
  const device = disk.device();
  const page = bench({ device });
  await rest();
  page.connection.start([]);
  return { ...page, device };
}

describe('two tabs of one browser', () => {
  it('[OB36] one takes nothing over from the other while what that one has settled is not off the disk', async () => {
    const disk = new FakeDisk();
    const [first, second] = [await open(disk), await open(disk)];
    disk.freeze();
    first.session.submit(create);
    await rest();
    await first.flights[0]?.answer({ outcome: 'done', task: task('n', 1), epoch: 'e1' });
    disk.thaw();
    await rest();
    expect([second.flights.length, second.session.replica.pending.size]).toEqual([0, 0]);
    expect([await disk.store.countChanges(), disk.living.size]).toEqual([0, 0]);
  });

  it.each([
    ['before the new epoch is known', false],
    ['after it', true],
  ])(
    '[OB37] the answer of an epoch that is over takes no version away from a task, taken over %s',
    async (_, isLate) => {
      const disk = new FakeDisk();
      const [first, second] = [await open(disk), await open(disk)];
      first.session.submit(create);
      await rest();
      if (!isLate) first.device.die();
      await rest();
      second.connection.hear({ type: 'epoch', epoch: 'e2' });
      const position = { epoch: 'e2', seq: 2 };
      second.connection.hear({ type: 'snapshot', channel: CHANNEL, position, tasks: [task('n', 1)] });
      if (isLate) first.device.die();
      await rest();
      await second.flights[0]?.answer({ outcome: 'done', task: task('n', 1), epoch: 'e1' });
      expect(second.flights).toHaveLength(1);
      expect(baseOf(second.session.replica, 'n')?.version).toBe(1);
    },
  );
});
