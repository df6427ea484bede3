import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  applyEvent,
  applyList,
  applyLocal,
  applySnapshot,
  beginEpoch,
  beginSnapshot,
  gone,
  markSent,
  viewAll,
  viewOf,
} from '@/lib/replica';
import { bench, event, task, update } from './fixtures';

describe('applySnapshot', () => {
  it('[RP9] removes what the snapshot lacks and keeps what is known in a newer version', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1), task('b', 5, { title: 'Newer' })], p));
    run((r, p) => applySnapshot(r, 'user:u1', [task('b', 4, { title: 'Older' }), task('c', 1)], p));
    expect(viewAll(replica).map(({ title }) => title)).toEqual(['Newer', 'Task c']);
  });

  it('[RP9] keeps own pending changes on top', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r, p) =>
      applyLocal(r, { kind: 'create', id: 'm2', taskId: 'n', task: { title: 'N' }, draft: task('n', 0) }, p),
    );
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 2, { priority: 'high' })], p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Mine', priority: 'high' });
    expect(viewOf(replica, 'n')).toBeDefined();
  });

  it('[RP9] removes a task that an answer told of before the snapshot began, and keeps one told of after', () => {
    const { replica, run } = bench();
    for (const id of ['x', 'y']) {
      const create = { kind: 'create', id: `m${id}`, taskId: id, task: { title: id }, draft: task(id, 0) } as const;
      run((r, p) => applyLocal(r, create, p));
    }
    run((r, p) => acknowledge(r, 'mx', task('x', 1), 0, p));
    run((r) => beginSnapshot(r, 'user:u1'));
    run((r, p) => acknowledge(r, 'my', task('y', 1), 0, p));
    run((r, p) => applySnapshot(r, 'user:u1', [], p));
    expect(viewAll(replica).map(({ id }) => id)).toEqual(['y']);
  });

  it('[RP49] leaves a change on a task that an answer told of to its own answer, where the snapshot may be older', () => {
    const { replica, run } = bench();
    const create = { kind: 'create', id: 'm1', taskId: 'n', task: { title: 'N' }, draft: task('n', 0) } as const;
    run((r, p) => applyLocal(r, create, p));
    markSent(replica, 'm1');
    run((r, p) => applyLocal(r, update('m2', 'n', { title: 'Mine' }), p));
    // The server read the snapshot before it made the task, and the answer came first.
    run((r) => beginSnapshot(r, 'user:u1'));
    run((r, p) => acknowledge(r, 'm1', task('n', 1), 0, p));
    const { receipts } = run((r, p) => applySnapshot(r, 'user:u1', [], p));
    expect(receipts).toEqual([]);
    expect(viewOf(replica, 'n')).toMatchObject({ title: 'Mine', version: 1 });
    run((r, p) => applyEvent(r, event('created', task('n', 1)), 0, p));
    expect(markSent(replica, 'm2')).toMatchObject({ baseVersion: 1, changes: { title: 'Mine' } });
    // Where it is gone indeed, the answer says so.
    const { receipts: told } = run((r, p) => gone(r, 'm2', 0, p));
    expect(told).toMatchObject([{ taskId: 'n', field: '*' }]);
    expect(viewOf(replica, 'n')).toBeUndefined();
  });

  it('[RP9] an incomplete list adds and refreshes, and removes nothing', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1), task('b', 1)], p));
    run((r, p) => applyList(r, [task('b', 2, { title: 'B2' }), task('c', 1)], p));
    expect(viewAll(replica).map(({ title }) => title)).toEqual(['Task a', 'B2', 'Task c']);
  });

  it('[RP10] compares no versions across epochs and keeps own pending changes', () => {
    const { replica, run } = bench();
    run((r, p) => beginEpoch(r, 'one', p));
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 9)], p));
    run((r, p) => applyEvent(r, event('deleted', task('b', 9)), 0, p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r, p) => beginEpoch(r, 'two', p));
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 2, { priority: 'low' }), task('b', 1)], p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Mine', priority: 'low', version: 2 });
    expect(viewOf(replica, 'b')).toMatchObject({ version: 1 });
  });
});
