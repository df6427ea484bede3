import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  applyEvent,
  applyList,
  applyLocal,
  applySnapshot,
  beginEpoch,
  beginSnapshot,
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
