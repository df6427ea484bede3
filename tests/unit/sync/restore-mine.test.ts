import { expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { createTaskStore } from '@/stores/create-task-store';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, task, wireUpdate } from './fixtures';

const theirs = wireUpdate('task.updated', task('a', 2, { title: 'Theirs' }), 2, { actor: { id: 'u2', name: 'Ada' } });

async function openPage(disk: FakeDisk) {
  const device = disk.device();
  const page = bench({ device });
  const store = createTaskStore<Task>();
  store.bind(page.session);
  await rest();
  return { ...page, device, store };
}

it('[OB17] a receipt that outlived a reload is put back by a conditional write on what stands then', async () => {
  const disk = new FakeDisk();
  const first = await openPage(disk);
  first.connection.start([task('a', 1)]);
  first.store.getState().updateTaskData('a', { title: 'Mine' });
  await first.flights[0]?.answer({ outcome: 'conflict', current: task('a', 2, { title: 'Theirs' }) });
  await rest();
  first.device.die();

  const second = await openPage(disk);
  second.connection.start([task('a', 5, { title: 'Theirs' })]);
  const [receipt] = second.store.getState().receipts;
  expect(receipt).toMatchObject({ field: 'title', yours: 'Mine', theirs: 'Theirs' });
  second.store.getState().restoreMine(receipt?.id ?? '');
  expect(second.flights.at(-1)?.mutation).toMatchObject({ kind: 'update', changes: { title: 'Mine' }, baseVersion: 5 });
  expect(second.store.getState().receipts).toEqual([]);

  // It may meet a conflict of its own: then theirs stands again, and is told again.
  await second.flights.at(-1)?.answer({ outcome: 'conflict', current: task('a', 6, { title: 'Theirs again' }) });
  expect(second.store.getTask('a')?.title).toBe('Theirs again');
  expect(second.store.getState().receipts).toMatchObject([{ yours: 'Mine', theirs: 'Theirs again' }]);
});

it('[NT6] the receipt of a change that was never sent names who made the other', async () => {
  const { session, connection, store } = { ...bench({ scheduleTurn: () => {} }), store: createTaskStore<Task>() };
  store.bind(session);
  connection.start([task('a', 1)]);
  store.getState().updateTaskData('a', { title: 'Mine' });
  connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events: [theirs] });
  expect(store.getState().receipts).toMatchObject([{ yours: 'Mine', theirs: 'Theirs', actor: { name: 'Ada' } }]);
});
