import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  applyEvent,
  applyLocal,
  applySnapshot,
  conflict,
  gone,
  markSent,
  markUnsent,
  reject,
  viewAll,
  viewOf,
  waitingCount,
} from '@/lib/replica';
import { bench, event, task, update } from './fixtures';

const create = {
  kind: 'create',
  id: 'm1',
  taskId: 'n',
  task: { title: 'New' },
  draft: task('n', 0, { title: 'New' }),
} as const;

describe('own changes', () => {
  it('[RP11] show at once, on top of each other', () => {
    const { replica, run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r, p) => applyLocal(r, update('m2', 'n', { title: 'Newer' }), p));
    expect(viewOf(replica, 'n')?.title).toBe('Newer');
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm3', taskId: 'n' }, p));
    expect(viewAll(replica)).toEqual([]);
    expect(waitingCount(replica)).toBe(3);
  });

  it('[RP11] a restore shows the last known task again', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1, { title: 'Back' })], p));
    run((r, p) => applyEvent(r, event('deleted', task('a', 2)), 0, p));
    run((r, p) => applyLocal(r, { kind: 'restore', id: 'm1', taskId: 'a' }, p));
    expect(viewOf(replica, 'a')?.title).toBe('Back');
  });

  it('[RP11] a restore on top of a delete that the server has not answered shows the task as it was', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1, { title: 'Back' })], p));
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm1', taskId: 'a' }, p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyLocal(r, { kind: 'restore', id: 'm2', taskId: 'a' }, p));
    expect(viewOf(replica, 'a')?.title).toBe('Back');
  });

  it('[RP7] the echo of a create before the answer makes one row and no news', () => {
    const { replica, run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r) => markSent(r, 'm1'));
    const patch = run((r, p) => applyEvent(r, event('created', task('n', 1), { mutationId: 'm1' }), 0, p));
    run((r, p) => acknowledge(r, 'm1', task('n', 1), 0, p));
    expect(viewAll(replica)).toHaveLength(1);
    expect(patch.remote).toEqual([]);
    expect([...patch.settled]).toEqual(['m1']);
    expect(waitingCount(replica)).toBe(0);
  });

  it('[RP7] the echo after the answer is a duplicate', () => {
    const { run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r, p) => acknowledge(r, 'm1', task('n', 1), 0, p));
    const patch = run((r, p) => applyEvent(r, event('created', task('n', 1), { mutationId: 'm1' }), 0, p));
    expect(patch.remote).toEqual([]);
  });

  it('[RP7] two creates with equal titles are told apart by their mutation ids', () => {
    const { replica, run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r, p) => applyLocal(r, { ...create, id: 'm2', taskId: 'o', draft: task('o', 0, { title: 'New' }) }, p));
    run((r, p) => applyEvent(r, event('created', task('o', 1), { mutationId: 'm2' }), 0, p));
    expect([...replica.pending.keys()]).toEqual(['n']);
    expect(viewAll(replica)).toHaveLength(2);
  });

  it('[RP2] an older answer never overwrites a newer remote change', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyEvent(r, event('updated', task('a', 3, { title: 'Theirs' })), 0, p));
    run((r, p) => acknowledge(r, 'm1', task('a', 2, { title: 'Mine' }), 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Theirs', version: 3 });
  });

  it('[RP3] an answer without a version never beats an event that came after its request left', () => {
    const { replica, run } = bench();
    const { version: _, ...bare } = task('a', 1);
    run((r, p) => applySnapshot(r, 'user:u1', [bare], p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyEvent(r, event('updated', { ...bare, title: 'Theirs' }), 0, p));
    run((r, p) => acknowledge(r, 'm1', { ...bare, title: 'Mine' }, 0, p));
    expect(viewOf(replica, 'a')?.title).toBe('Theirs');
  });

  it('[RP12] a refused delete resurrects nothing and loses nothing that came since', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1), task('b', 1)], p));
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm1', taskId: 'a' }, p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyEvent(r, event('deleted', task('b', 2)), 0, p));
    run((r, p) => applyEvent(r, event('created', task('c', 1)), 0, p));
    run((r, p) => reject(r, 'm1', p));
    expect(viewAll(replica).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('[RP12] a refused change leaves the other own changes of the task', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Refused' }), p));
    run((r, p) => applyLocal(r, update('m2', 'a', { priority: 'high' }), p));
    run((r, p) => reject(r, 'm1', p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Task a', priority: 'high' });
  });
});

describe('remote wins', () => {
  const start = () => {
    const made = bench();
    made.run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
    return made;
  };

  it('[RP8] a remote change withdraws an unsent value of the same field and leaves a receipt', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine', priority: 'high' }), p));
    const actor = { id: 'u2', name: 'Ada' };
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', 2, { title: 'Theirs' }), { actor }), 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Theirs', priority: 'high' });
    expect(patch.receipts).toEqual([
      { id: 'a:title', taskId: 'a', field: 'title', yours: 'Mine', theirs: 'Theirs', actor },
    ]);
    expect(waitingCount(replica)).toBe(1);
  });

  it('[RP8] status and completed are one fact: somebody else’s word on either withdraws both, with one receipt', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { status: 'completed', completed: true }), p));
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', 2, { status: 'in_progress' })), 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({ status: 'in_progress', completed: false });
    expect(patch.receipts).toMatchObject([{ field: 'status', yours: 'completed', theirs: 'in_progress' }]);
    expect(waitingCount(replica)).toBe(0);
  });

  it('[RP8] fields that do not overlap merge silently', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', 2, { priority: 'low' })), 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Mine', priority: 'low' });
    expect(patch.receipts).toEqual([]);
    expect(run((r) => markSent(r, 'm1')) && replica.pending.get('a')?.[0]?.sentBase?.version).toBe(2);
  });

  it('[RP8] the same remote value settles the own change without a receipt', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Same' }), p));
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', 2, { title: 'Same' })), 0, p));
    expect(patch.receipts).toEqual([]);
    expect([...patch.settled]).toEqual(['m1']);
    expect(waitingCount(replica)).toBe(0);
  });

  it('[RP8] a change in flight is decided by its answer: 412 withdraws the overlapping field and resends the rest', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine', priority: 'high' }), p));
    run((r) => markSent(r, 'm1'));
    const before = run((r, p) => applyEvent(r, event('updated', task('a', 2, { title: 'Theirs' })), 0, p));
    expect(viewOf(replica, 'a')?.title).toBe('Mine');
    expect(before.receipts).toEqual([]);
    const patch = run((r, p) => conflict(r, 'm1', task('a', 2, { title: 'Theirs' }), p));
    expect(patch.receipts).toMatchObject([{ field: 'title', yours: 'Mine', theirs: 'Theirs' }]);
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Theirs', priority: 'high' });
    expect(markSent(replica, 'm1')).toMatchObject({ changes: { priority: 'high' }, baseVersion: 2 });
  });

  it('[RP8] a later own change of the field goes with the one in flight', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'First' }), p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyLocal(r, update('m2', 'a', { title: 'Second' }), p));
    run((r, p) => applyEvent(r, event('updated', task('a', 2, { title: 'Theirs' })), 0, p));
    const patch = run((r, p) => conflict(r, 'm1', task('a', 2, { title: 'Theirs' }), p));
    expect(patch.receipts.at(-1)).toMatchObject({ yours: 'Second', theirs: 'Theirs' });
    expect(viewOf(replica, 'a')?.title).toBe('Theirs');
    expect(waitingCount(replica)).toBe(0);
  });

  it('[RP8] an own earlier change is never taken for somebody else’s: quick toggles keep the last', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { completed: true }), p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyLocal(r, update('m2', 'a', { completed: false }), p));
    const patch = run((r, p) => acknowledge(r, 'm1', task('a', 2, { completed: true }), 0, p));
    expect(patch.receipts).toEqual([]);
    expect(viewOf(replica, 'a')?.completed).toBe(false);
    expect(waitingCount(replica)).toBe(1);
  });

  it('[RP8] a task deleted by somebody else takes the own change with it, with a receipt', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    const patch = run((r, p) => applyEvent(r, event('deleted', task('a', 2)), 0, p));
    expect(patch.receipts).toMatchObject([{ field: '*', yours: { title: 'Mine' } }]);
    expect(viewAll(replica)).toEqual([]);
    expect(waitingCount(replica)).toBe(0);
  });

  it('[RP8] a task that the server does not have any more goes, with a receipt for what was being sent', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r) => markSent(r, 'm1'));
    const patch = run((r, p) => gone(r, 'm1', 0, p));
    expect(patch.receipts).toMatchObject([{ field: '*', yours: { title: 'Mine' } }]);
    expect(viewAll(replica)).toEqual([]);
  });

  it('[RP8] an unsent delete gives way to an edit that this user has not seen', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm1', taskId: 'a' }, p));
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', 2, { title: 'Edited' })), 0, p));
    expect(viewOf(replica, 'a')?.title).toBe('Edited');
    expect(patch.receipts).toMatchObject([{ field: '*' }]);
  });

  it('[RP8] an attempt without an answer leaves the change as it was', () => {
    const { replica, run } = start();
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    run((r) => markSent(r, 'm1'));
    run((r) => markUnsent(r, 'm1'));
    expect(viewOf(replica, 'a')?.title).toBe('Mine');
    expect(markSent(replica, 'm1')).toMatchObject({ id: 'm1', baseVersion: 1 });
  });
});

describe('what the server fills in at an own change', () => {
  const filled = { createdAt: '2026-05-05T00:00:00.000Z', ownerId: 'someone', rank: 7 };
  const done = { completed: true, status: 'completed' };

  it('[OB25] withdraws no delete that follows a create, by its answer', () => {
    const { replica, run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm2', taskId: 'n' }, p));
    const patch = run((r, p) => acknowledge(r, 'm1', task('n', 1, { title: 'New', ...filled }), 0, p));
    expect([patch.receipts, viewOf(replica, 'n'), waitingCount(replica)]).toEqual([[], undefined, 1]);
  });

  it('[OB25] withdraws no delete that follows a create, by its echo or by a snapshot', () => {
    const made = task('n', 1, { title: 'New', ...filled });
    const ways: Parameters<ReturnType<typeof bench>['run']>[0][] = [
      (r, p) => applyEvent(r, event('created', made, { mutationId: 'm1' }), 0, p),
      (r, p) => applySnapshot(r, 'user:u1', [made], p),
    ];
    for (const hear of ways) {
      const { replica, run } = bench();
      run((r, p) => applyLocal(r, create, p));
      run((r) => markSent(r, 'm1'));
      run((r, p) => applyLocal(r, { kind: 'delete', id: 'm2', taskId: 'n' }, p));
      expect(run(hear).receipts).toEqual([]);
      expect(viewOf(replica, 'n')).toBeUndefined();
    }
  });

  it('[OB25] withdraws no delete that follows an update, by its answer or its echo', () => {
    const made = task('a', 2, { ...done, completedAt: '2026-05-05T00:00:00.000Z' });
    const ways: Parameters<ReturnType<typeof bench>['run']>[0][] = [
      (r, p) => applyEvent(r, event('updated', made, { mutationId: 'm1' }), 0, p),
      (r, p) => acknowledge(r, 'm1', made, 0, p),
    ];
    for (const hear of ways) {
      const { replica, run } = bench();
      run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
      run((r, p) => applyLocal(r, update('m1', 'a', done), p));
      run((r) => markSent(r, 'm1'));
      run((r, p) => applyLocal(r, { kind: 'delete', id: 'm2', taskId: 'a' }, p));
      expect(run(hear).receipts).toEqual([]);
      expect(viewOf(replica, 'a')).toBeUndefined();
    }
  });

  it('[OB25] hides nothing that somebody else did meanwhile', () => {
    const { replica, run } = bench();
    run((r, p) => applyLocal(r, create, p));
    run((r) => markSent(r, 'm1'));
    run((r, p) => applyLocal(r, { kind: 'delete', id: 'm2', taskId: 'n' }, p));
    const theirs = task('n', 2, { title: 'Theirs', ...filled });
    const patch = run((r, p) => applySnapshot(r, 'user:u1', [theirs], p));
    expect(patch.receipts).toMatchObject([{ field: '*', taskId: 'n' }]);
    expect(viewOf(replica, 'n')?.title).toBe('Theirs');
  });
});
