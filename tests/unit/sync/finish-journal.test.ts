import { expect, it } from 'vitest';
import { task, update } from '@/tests/unit/replica/fixtures';
import { FakeDisk, rest } from './fake-device';
import { bench } from './fixtures';

it('[OB34] what came after a write began is written when the session ends during that write', async () => {
  const disk = new FakeDisk();
  const { session, connection } = bench({ device: disk.device() });
  await rest();
  connection.start([task('a', 1), task('b', 1)]);
  disk.freeze();
  session.submit(update('m1', 'a', { title: 'x' }));
  await rest();
  session.submit(update('m2', 'b', { title: 'y' }));
  await rest();
  session.dispose();
  disk.thaw();
  await rest();
  expect(await disk.store.countChanges()).toBe(2);
});
