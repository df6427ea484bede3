import { describe, expect, it } from 'vitest';
import type { Mutation, Task } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { createMemoryOutboxStore } from '@/lib/sync/memory-outbox-store';
import { OPEN_DEADLINE_MS, openOutboxStore } from '@/lib/sync/open-outbox-store';
import { EMPTY_BATCH } from '@/lib/sync/outbox-store';
import { ManualClock } from '@/lib/testing';
import { FakeDisk, rest } from './fake-device';
import { bench, task } from './fixtures';

const change = (id: string, changes: Partial<Task>): Mutation => ({ kind: 'update', id, taskId: 'a', changes });

async function openPage(disk: FakeDisk, device = disk.device()) {
  const page = bench({ device });
  await rest();
  page.connection.start([task('a', 1)]);
  return { ...page, device };
}

describe('a storage in trouble', () => {
  it('[OB10] that does not answer is given up after a deadline, and closed when it answers late', async () => {
    const clock = new ManualClock();
    let isClosed = false;
    let answer: (store: ReturnType<typeof createMemoryOutboxStore>) => void = () => {};
    const opening = openOutboxStore<Task>(
      () =>
        new Promise<ReturnType<typeof createMemoryOutboxStore>>((resolve) => {
          answer = resolve;
        }),
      clock.setTimer,
    );
    clock.advance(OPEN_DEADLINE_MS);
    const { store, problem } = await opening;
    expect(store.isLasting).toBe(false);
    expect(problem).toContain('does not answer');
    answer({
      ...createMemoryOutboxStore(),
      close: () => {
        isClosed = true;
      },
    });
    await rest();
    expect(isClosed).toBe(true);
  });

  it.each([
    ['SecurityError', 'forbids'],
    ['VersionError', 'newer version'],
    ['UnknownError', 'failed'],
  ])('[OB10] that is refused with %s says why and keeps changes in the page', async (name, words) => {
    const clock = new ManualClock();
    const refused = () => Promise.reject(new DOMException('no', name));
    const { store, problem } = await openOutboxStore(refused, clock.setTimer);
    expect(problem).toContain(words);
    expect(clock.pending).toBe(0);
    await store.write({ ...EMPTY_BATCH, remove: ['m1'] });
  });

  it('[OB10] without any, changes are sent as ever and never said to be on this device', async () => {
    const disk = new FakeDisk();
    const device = disk.device({ isLasting: false, problem: 'The browser forbids this page to store anything.' });
    const { session, flights } = await openPage(disk, device);
    session.submit(change('m1', { title: 'Mine' }));
    await rest();
    expect(session.safetyOf('a')).toBe('saving');
    expect(session.getFacts().device).toMatchObject({ keeps: 'no', problem: expect.stringContaining('forbids') });
    expect(flights).toHaveLength(1);
  });

  it('[OB10] that is full keeps what it has, says so, holds nothing up, and is tried again', async () => {
    const disk = new FakeDisk();
    const { session, flights, timers } = await openPage(disk);
    disk.failure = new DOMException('full', 'QuotaExceededError');
    session.submit(change('m1', { title: 'Mine' }));
    session.submit(change('m2', { priority: 'high' }));
    await rest();
    expect(session.safetyOf('a')).toBe('saving');
    expect(session.getFacts().device).toMatchObject({ keeps: 'yes', problem: expect.stringContaining('full') });
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Mine' }) });
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm2']);
    disk.failure = undefined;
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) timer.run();
    await rest();
    expect(session.safetyOf('a')).toBe('on this device');
    expect(session.getFacts().device.problem).toBeNull();
    expect((await disk.store.adopt('next', () => true)).changes.map(({ mutation }) => mutation.id)).toEqual(['m2']);
  });

  it('[OB10] that interrupts a write, as a frozen tab does, gets it again', async () => {
    const disk = new FakeDisk();
    const { session, timers } = await openPage(disk);
    disk.failure = new DOMException('aborted', 'AbortError');
    session.submit(change('m1', { title: 'Mine' }));
    await rest();
    disk.failure = undefined;
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) timer.run();
    await rest();
    expect(disk.writes).toEqual(['failed', 'done']);
    expect(session.safetyOf('a')).toBe('on this device');
  });

  it('[OB10] that is slow is told of, until it is done', async () => {
    const disk = new FakeDisk();
    const { session, timers } = await openPage(disk);
    disk.freeze();
    session.submit(change('m1', { title: 'Mine' }));
    await rest();
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) timer.run();
    expect(session.getFacts().device.problem).toContain('slow');
    disk.thaw();
    await rest();
    expect(session.getFacts().device.problem).toBeNull();
  });

  it('[OB10] that is taken away by another tab leaves the changes in the page, and says so', async () => {
    const disk = new FakeDisk();
    const { session, flights } = await openPage(disk);
    session.submit(change('m1', { title: 'Mine' }));
    await rest();
    disk.lose();
    expect(session.safetyOf('a')).toBe('saving');
    expect(session.getFacts().device).toMatchObject({ keeps: 'no', problem: expect.stringContaining('reload') });
    session.submit(change('m2', { title: 'More' }));
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Mine' }) });
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm2']);
    expect(viewAll(session.replica)).toMatchObject([{ title: 'More' }]);
  });

  it('[OB14] receipts and refusals are there after a reload, and gone once they are dealt with', async () => {
    const disk = new FakeDisk();
    const first = await openPage(disk);
    first.session.submit(change('m1', { title: 'Mine' }));
    await first.flights[0]?.answer({ outcome: 'conflict', current: task('a', 2, { title: 'Theirs' }) });
    first.session.submit(change('m2', { priority: 'high' }));
    await first.flights[1]?.answer({ outcome: 'rejected', status: 403, reason: 'You may not.' });
    await rest();
    first.device.die();
    const second = await openPage(disk);
    expect(second.session.getFacts()).toMatchObject({
      receipts: [{ id: 'a:title', yours: 'Mine', theirs: 'Theirs' }],
      rejections: [{ mutation: { id: 'm2', changes: { priority: 'high' } }, status: 403, reason: 'You may not.' }],
    });
    expect(second.flights).toEqual([]);
    expect(second.session.safetyOf('a')).toBe('rejected');
    second.session.dropNotices(new Set(['a:title', 'm2']));
    expect(second.session.getFacts()).toMatchObject({ receipts: [], rejections: [] });
    expect(second.session.safetyOf('a')).toBe('saved');
    await rest();
    const third = await openPage(disk);
    expect(third.session.getFacts()).toMatchObject({ receipts: [], rejections: [] });
  });
});
