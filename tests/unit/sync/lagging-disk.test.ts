import { expect, it } from 'vitest';
import type { Mutation, Task } from '@/lib/protocol';
import { viewOf } from '@/lib/replica';
import { FakeDisk, rest } from './fake-device';
import { bench, task } from './fixtures';

const rename = (id: string, title: string): Mutation => ({ kind: 'update', id, taskId: 'a', changes: { title } });

/** A page whose disk holds changes that the server carried out long ago; `now` is what the next page meets. */
async function nextPage(changes: readonly Mutation[], before: readonly Task[], now: Task) {
  const disk = new FakeDisk();
  const device = disk.device();
  const first = bench({ device });
  await rest();
  first.connection.start(before);
  for (const change of changes) {
    first.session.submit(change);
    await rest();
  }
  device.die();
  const second = bench({ device: disk.device() });
  await rest();
  second.connection.start([now]);
  return second;
}

it('[OB31] a disk that lagged behind the answers makes no receipt of what this person did since', async () => {
  const changes = [rename('m1', 'Two'), rename('m2', 'Three')];
  const second = await nextPage(changes, [task('a', 1, { title: 'One' })], task('a', 5, { title: 'Five' }));
  await second.flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Two' }) });
  await rest();
  expect(second.flights[1]?.mutation).toMatchObject({ id: 'm2', baseVersion: 2 });
  await second.flights[1]?.answer({ outcome: 'done', task: task('a', 3, { title: 'Three' }) });
  expect(second.session.getFacts().receipts).toEqual([]);
  expect(viewOf(second.session.replica, 'a')?.title).toBe('Five');
});

it('[OB31] nor of what followed an own create', async () => {
  const create: Mutation = {
    kind: 'create',
    id: 'm0',
    taskId: 'a',
    task: { title: 'One' },
    draft: task('a', 0, { title: 'One' }),
  };
  const second = await nextPage([create, rename('m1', 'Two')], [], task('a', 4, { title: 'Four' }));
  await second.flights[0]?.answer({ outcome: 'done', task: task('a', 1, { title: 'One' }) });
  await rest();
  expect(second.flights[1]?.mutation).toMatchObject({ id: 'm1', baseVersion: 1 });
  await second.flights[1]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Two' }) });
  expect(second.session.getFacts().receipts).toEqual([]);
  expect(viewOf(second.session.replica, 'a')?.title).toBe('Four');
});

it('[OB31] and what was not done meets what somebody else did, with a receipt', async () => {
  const changes = [rename('m1', 'Two'), rename('m2', 'Three')];
  const theirs = task('a', 5, { title: 'Theirs' });
  const second = await nextPage(changes, [task('a', 1, { title: 'One' })], theirs);
  await second.flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Two' }) });
  await rest();
  await second.flights[1]?.answer({ outcome: 'conflict', current: theirs });
  expect(second.session.getFacts().receipts).toMatchObject([{ yours: 'Three', theirs: 'Theirs' }]);
  expect(viewOf(second.session.replica, 'a')?.title).toBe('Theirs');
});
