import { describe, expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, task, wireUpdate } from './fixtures';

async function openPage(disk: FakeDisk, tasks?: readonly Task[], options: Parameters<typeof bench>[0] = {}) {
  const device = disk.device();
  const page = bench({ device, ...options });
  await rest();
  if (tasks) page.connection.start(tasks);
  return { ...page, device, leave: () => [...disk.leavers].map((leave) => leave()) };
}

const titles = (tasks: readonly Task[]) => tasks.map(({ title }) => title).sort();

describe('a start without a network', () => {
  it('[OB19] shows what was known last and what waits, with its age, until the server speaks', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 1), task('b', 1)]);
    first.session.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    disk.wallClock = 5_000;
    first.leave();
    await rest();
    first.device.die();
    const second = await openPage(disk);
    expect(second.session.isReady()).toBe(true);
    expect(titles(viewAll(second.session.replica))).toEqual(['Mine', 'Task b']);
    expect(second.session.getFacts().device).toMatchObject({ keeps: 'yes', lastKnownAt: 5_000 });
    expect(second.session.getStatus().state).toBe('off');
    second.connection.start([task('a', 1), task('c', 1)]);
    expect(titles(viewAll(second.session.replica))).toEqual(['Mine', 'Task c']);
    expect(second.session.getFacts().device.lastKnownAt).toBeNull();
  });

  it('[OB19] goes on from the kept position: nothing is read twice', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 1)]);
    const news = wireUpdate('task.updated', task('a', 2, { title: 'Newer' }), 2);
    first.connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events: [news] });
    first.leave();
    await rest();
    first.device.die();
    const second = await openPage(disk);
    expect(second.connection.positions).toEqual({ [CHANNEL]: at(2) });
    second.connection.become({ state: 'connected', since: 0 });
    second.connection.hear({ type: 'subscribed', channel: CHANNEL, recovered: true, replayed: 0, position: at(2) });
    expect(titles(viewAll(second.session.replica))).toEqual(['Newer']);
    expect(second.session.getStatus()).toEqual({ state: 'live' });
  });

  it('[OB19] yields to what the server rendered', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('old', 1)]);
    first.leave();
    await rest();
    const initial = { tasks: [task('new', 1)], positions: { [CHANNEL]: at(9) }, complete: true };
    const second = await openPage(disk, undefined, { initial });
    expect(titles(viewAll(second.session.replica))).toEqual(['Task new']);
    expect(second.session.getFacts().device.lastKnownAt).toBeNull();
  });

  it('[OB15] writes only what changed, and nothing while it stands at no position', async () => {
    const disk = new FakeDisk();
    const page = await openPage(disk);
    page.leave();
    await rest();
    expect(await disk.store.readBase()).toBeUndefined();
    page.connection.start([task('a', 1), task('b', 1)]);
    page.leave();
    await rest();
    const news = wireUpdate('task.deleted', task('a', 2), 2);
    page.connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events: [news] });
    page.leave();
    await rest();
    const kept = await disk.store.readBase();
    expect(kept?.positions).toEqual({ [CHANNEL]: at(2) });
    expect(kept?.tasks.map((stored) => [stored.task.id, stored.channels])).toEqual([['b', [CHANNEL]]]);
    page.connection.hear({ type: 'epoch', epoch: 'e2' });
    page.leave();
    await rest();
    expect((await disk.store.readBase())?.epoch).toBe('e1');
  });
});
