import { describe, expect, it } from 'vitest';
import type { Mutation, Task } from '@/lib/protocol';
import { viewAll, viewOf, waitingCount } from '@/lib/replica';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, task } from './fixtures';

const change = (id: string, changes: Partial<Task>, taskId = 'a'): Mutation => ({
  kind: 'update',
  id,
  taskId,
  changes,
});

/** A page that has come to rest. */
async function openPage(disk: FakeDisk, tasks?: readonly Task[], options: Parameters<typeof bench>[0] = {}) {
  const device = disk.device();
  const page = bench({ device, ...options });
  await rest();
  if (tasks) page.connection.start(tasks);
  return { ...page, device };
}

/** What is on the disk, as the next page would find it. */
const kept = async (disk: FakeDisk) => (await disk.store.adopt('nobody', () => false)).others.length;

describe('own changes on this device', () => {
  it('[OB13] are saving until they are written, on this device until the server has them, then saved', async () => {
    const disk = new FakeDisk();
    const { session, connection, flights } = await openPage(disk);
    connection.start([task('a', 1)]);
    expect(session.safetyOf('a')).toBe('saved');
    const told: string[] = [];
    session.onSafety((keys) => told.push(...keys));
    disk.freeze();
    session.submit(change('m1', { title: 'Mine' }));
    await rest();
    expect(session.safetyOf('a')).toBe('saving');
    disk.thaw();
    await rest();
    expect(session.safetyOf('a')).toBe('on this device');
    expect(told).toContain('a');
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Mine' }) });
    expect(session.safetyOf('a')).toBe('saved');
    await rest();
    expect(await disk.store.countChanges()).toBe(0);
  });

  it('[OB12] are shown by the next page before any connection, and sent with their old ids and bases', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 3)]);
    first.session.submit(change('m1', { title: 'Mine' }));
    const created = task('new', 0, { title: 'New' });
    const create: Mutation = { kind: 'create', id: 'm2', taskId: 'new', task: { title: 'New' }, draft: created };
    first.session.submit(create);
    await rest();
    first.device.die();
    const second = await openPage(disk);
    expect(viewAll(second.session.replica).map(({ title }) => title)).toEqual(['Mine', 'New']);
    expect(second.session.safetyOf('a')).toBe('on this device');
    expect(waitingCount(second.session.replica)).toBe(2);
    expect(second.flights.map(({ mutation }) => mutation)).toEqual([
      { ...change('m1', { title: 'Mine' }), baseVersion: 3 },
      create,
    ]);
  });

  it('[OB12] that reached the server before the page died are not doubled and leave no receipt', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 1)]);
    first.session.submit(change('m1', { title: 'Mine' }));
    await rest();
    first.device.die();
    const initial = {
      tasks: [task('a', 3, { title: 'Theirs, later' })],
      positions: { [CHANNEL]: at(9) },
      complete: true,
    };
    const second = await openPage(disk, undefined, { initial });
    expect(second.flights[0]?.mutation).toMatchObject({ id: 'm1', baseVersion: 1 });
    await second.flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Mine' }), epoch: 'e1' });
    expect(viewOf(second.session.replica, 'a')?.title).toBe('Theirs, later');
    expect(second.session.getFacts().receipts).toEqual([]);
  });

  it('[OB12] meet what changed meanwhile: theirs stands, with a receipt, and the rest is sent', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 1)]);
    first.session.submit(change('m1', { title: 'Mine', priority: 'high' }));
    await rest();
    first.device.die();
    const theirs = task('a', 2, { title: 'Theirs' });
    const second = await openPage(disk, [theirs]);
    await second.flights[0]?.answer({ outcome: 'conflict', current: theirs });
    expect(viewOf(second.session.replica, 'a')).toMatchObject({ title: 'Theirs', priority: 'high' });
    await rest();
    expect(second.flights[1]?.mutation).toMatchObject({ id: 'm1', changes: { priority: 'high' }, baseVersion: 2 });
    expect(second.session.getFacts().receipts).toMatchObject([{ field: 'title', yours: 'Mine', theirs: 'Theirs' }]);
  });

  it('[OB12] several on one task keep their order, and an acknowledged one is never taken for somebody else’s', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 1)]);
    first.session.submit(change('m1', { title: 'One' }));
    first.session.submit(change('m2', { title: 'Two' }));
    await first.flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    await rest();
    first.session.submit(change('m3', { title: 'Three' }));
    await rest();
    first.device.die();
    const second = await openPage(disk, [task('a', 2, { title: 'One' })]);
    expect(viewOf(second.session.replica, 'a')?.title).toBe('Three');
    expect(second.flights[0]?.mutation).toMatchObject({ id: 'm2', baseVersion: 2 });
    await second.flights[0]?.answer({ outcome: 'done', task: task('a', 3, { title: 'Two' }) });
    await rest();
    expect(second.flights[1]?.mutation).toMatchObject({ id: 'm3', changes: { title: 'Three' }, baseVersion: 3 });
    await second.flights[1]?.answer({ outcome: 'done', task: task('a', 4, { title: 'Three' }) });
    expect(second.session.getFacts().receipts).toEqual([]);
    expect(viewOf(second.session.replica, 'a')?.title).toBe('Three');
  });

  it('[OB12] of another epoch are put onto the new history', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk, [task('a', 9)]);
    first.session.submit(change('m1', { title: 'Mine' }));
    await rest();
    first.device.die();
    const initial = { tasks: [task('a', 2)], positions: { [CHANNEL]: { epoch: 'e2', seq: 1 } }, complete: true };
    const second = await openPage(disk, undefined, { initial });
    expect(second.flights[0]?.mutation).toMatchObject({ id: 'm1', baseVersion: 2 });
  });

  it('[OB11] of a tab that dies go to a living one, those of a living one stay with it', async () => {
    const disk = new FakeDisk();
    const a = await openPage(disk, [task('a', 1)]);
    a.session.submit(change('m1', { title: 'Mine' }));
    await rest();
    const b = await openPage(disk, [task('a', 1)]);
    expect(b.flights).toEqual([]);
    a.device.die();
    await rest();
    expect(b.flights.map(({ mutation }) => mutation.id)).toEqual(['m1']);
    expect(await kept(disk)).toBe(1);
  });

  it('[OB11] of a tab that began to keep them after the others were opened go over as soon as it dies', async () => {
    const disk = new FakeDisk();
    const [a, b] = [await openPage(disk, [task('a', 1)]), await openPage(disk, [task('a', 1)])];
    a.session.submit(change('m1', { title: 'Mine' }));
    await rest();
    expect(b.flights).toEqual([]);
    a.device.die();
    await rest();
    expect(b.flights.map(({ mutation }) => mutation.id)).toEqual(['m1']);
  });

  it('[OB8] that were not sent yet become one, under the first one’s id', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    session.submit(change('m2', { title: 'Two' }));
    session.submit(change('m3', { title: 'Three', priority: 'high' }));
    expect(waitingCount(session.replica)).toBe(2);
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    expect(flights[1]?.mutation).toMatchObject({ id: 'm2', changes: { title: 'Three', priority: 'high' } });
    session.submit(change('m4', { title: 'Four' }));
    await flights[1]?.fail();
    expect(flights[1]?.mutation).toMatchObject({ id: 'm2', changes: { title: 'Three', priority: 'high' } });
  });

  it('[OB3] a change whose attempt got no answer is sent exactly as it was, whatever came meanwhile', async () => {
    const { session, connection, flights, timers } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'Mine' }));
    await flights[0]?.fail();
    connection.hear({
      type: 'snapshot',
      channel: CHANNEL,
      position: at(5),
      tasks: [task('a', 4, { title: 'Theirs' })],
    });
    session.submit(change('m2', { priority: 'high' }));
    timers[0]?.run();
    expect(flights[1]?.mutation).toEqual({ ...change('m1', { title: 'Mine' }), baseVersion: 1 });
    await flights[1]?.answer({ outcome: 'conflict', current: task('a', 4, { title: 'Theirs' }) });
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Theirs', priority: 'high' });
    expect(session.getFacts().receipts).toMatchObject([{ field: 'title', yours: 'Mine' }]);
    expect(flights[2]?.mutation).toMatchObject({ id: 'm2', baseVersion: 4 });
  });

  it('[OB9] never leave with another content than the one that is kept under their id', async () => {
    const disk = new FakeDisk();
    const { session, flights } = await openPage(disk, [task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    session.submit(change('m2', { title: 'Two' }));
    await rest();
    disk.freeze();
    session.submit(change('m3', { title: 'Three' }));
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    await rest();
    expect(flights).toHaveLength(1);
    disk.thaw();
    await rest();
    expect(flights[1]?.mutation).toMatchObject({ id: 'm2', changes: { title: 'Three' } });
  });

  it('[RP12] a task that can’t be brought back is a refusal, not a request for ever', async () => {
    const { session, connection, flights } = bench();
    connection.start([]);
    session.submit({ kind: 'restore', id: 'm1', taskId: 'gone' });
    await flights[0]?.answer({ outcome: 'gone' });
    expect(flights).toHaveLength(1);
    expect(session.getFacts().rejections).toMatchObject([{ status: 404, mutation: { id: 'm1' } }]);
    expect(session.safetyOf('gone')).toBe('rejected');
  });
});
