import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { browserDevice, forgetUser, hasUnsentChanges } from '@/lib/sync';
import { deviceName } from '@/lib/sync/device-name';
import { EMPTY_BATCH } from '@/lib/sync/outbox-store';
import { browserEnvironment } from '@/lib/websocket';
import { task, update } from '@/tests/unit/replica/fixtures';

async function openFor(userId: string) {
  const device = browserDevice(deviceName(userId, 'taskwire', 'ws://test/ws'), browserEnvironment);
  const { store } = await device.open();
  const made = { made: task('a', 1), epoch: 'e1', tab: 'dead', at: 0 };
  await store.write({ ...EMPTY_BATCH, put: [{ mutation: update('m1', 'a', { title: 'Mine' }), ...made }] });
  return store;
}

it('[OB16] forgets one user and nobody else, also while another tab has everything open', async () => {
  const ada = await openFor('ada');
  const other = await openFor('ada/2');
  let isLost = false;
  ada.onLost(() => {
    isLost = true;
  });
  expect(await hasUnsentChanges('ada')).toBe(true);
  await forgetUser('ada');
  expect(isLost).toBe(true);
  expect(await hasUnsentChanges('ada')).toBe(false);
  expect(await hasUnsentChanges('ada/2')).toBe(true);
  expect((await indexedDB.databases()).map(({ name }) => name)).toEqual([
    deviceName('ada/2', 'taskwire', 'ws://test/ws'),
  ]);
  other.close();
});
