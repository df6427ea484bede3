import { describe, expect, it } from 'vitest';
import { applyEvent, applySnapshot, removeAccess, removeChannel, viewAll, viewOf } from '@/lib/replica';
import { TOMBSTONE_LIFE_MS } from '@/lib/replica/tombstones';
import { bench, event, task } from './fixtures';

describe('applyEvent', () => {
  it('[RP1] takes 5 and "5" for the same task', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('created', task(5, 1)), 0, p));
    run((r, p) => applyEvent(r, event('updated', task('5', 2, { title: 'New' })), 0, p));
    expect(viewAll(replica).map(({ title }) => title)).toEqual(['New']);
  });

  it.each([
    ['an equal version', 2, 'Second'],
    ['a smaller version', 1, 'Second'],
    ['a greater version', 3, 'Late'],
  ])('[RP2] %s decides whether news applies', (_, version, title) => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('created', task('a', 2, { title: 'Second' })), 0, p));
    const patch = run((r, p) => applyEvent(r, event('updated', task('a', version, { title: 'Late' })), 0, p));
    expect(viewOf(replica, 'a')?.title).toBe(title);
    expect(patch.remote).toHaveLength(version > 2 ? 1 : 0);
  });

  it('[RP3] applies events without versions in the order of arrival', () => {
    const { replica, run } = bench();
    const { version: _, ...bare } = task('a', 1);
    run((r, p) => applyEvent(r, event('created', { ...bare, title: 'One' }), 0, p));
    run((r, p) => applyEvent(r, event('updated', { ...bare, title: 'Two' }), 0, p));
    expect(viewOf(replica, 'a')?.title).toBe('Two');
  });

  it('[RP4] merges a partial change and derives completed from status', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('created', task('a', 1, { description: 'kept' })), 0, p));
    run((r, p) => applyEvent(r, { kind: 'updated', taskId: 'a', changes: { status: 'done' }, version: 2 }, 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({
      title: 'Task a',
      description: 'kept',
      status: 'done',
      completed: true,
    });
  });

  it('[RP4] ignores a partial change of an unknown task and adds a whole one', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, { kind: 'updated', taskId: 'a', changes: { title: 'Half' }, version: 2 }, 0, p));
    expect(viewAll(replica)).toEqual([]);
    run((r, p) => applyEvent(r, event('updated', task('a', 2)), 0, p));
    expect(viewAll(replica)).toHaveLength(1);
  });

  it('[DI18] merges a row that has a title and yet not all into a known task, and shows it where none is known', () => {
    const { replica, run } = bench();
    const half = task('a', 0, { title: 'Half' });
    const partial = { kind: 'updated', taskId: 'a', task: half, changes: { title: 'Half' } } as const;
    run((r, p) => applyEvent(r, event('created', task('a', 1, { description: 'kept', priority: 'high' })), 0, p));
    run((r, p) => applyEvent(r, partial, 0, p));
    expect(viewOf(replica, 'a')).toMatchObject({ title: 'Half', description: 'kept', priority: 'high' });
    run((r, p) => applyEvent(r, { ...partial, taskId: 'b' }, 0, p));
    expect(viewOf(replica, 'b')).toEqual(half);
  });

  it('[RP5] does not resurrect a deleted task with late news, but with a restore', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('created', task('a', 1)), 0, p));
    run((r, p) => applyEvent(r, event('deleted', task('a', 3)), 0, p));
    run((r, p) => applyEvent(r, event('updated', task('a', 2)), 0, p));
    expect(viewAll(replica)).toEqual([]);
    run((r, p) => applyEvent(r, event('restored', task('a', 4)), 0, p));
    expect(viewAll(replica)).toHaveLength(1);
  });

  it('[RP5] keeps a grave for ten minutes and not for ever', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('deleted', task('a', 3)), 0, p));
    run((r, p) => applyEvent(r, event('deleted', task('b', 1)), TOMBSTONE_LIFE_MS, p));
    expect([...replica.tombstones.keys()]).toEqual(['a', 'b']);
    run((r, p) => applyEvent(r, event('deleted', task('c', 1)), TOMBSTONE_LIFE_MS + 1, p));
    expect([...replica.tombstones.keys()]).toEqual(['b', 'c']);
  });

  it('[RP14] keeps ids and fields named after members of objects as plain data', () => {
    const { replica, run } = bench();
    for (const id of ['__proto__', 'constructor', 'toString']) {
      run((r, p) => applyEvent(r, event('created', task(id, 1)), 0, p));
      const changes: Partial<ReturnType<typeof task>> = JSON.parse('{"__proto__":"x","constructor":"y"}');
      run((r, p) => applyEvent(r, { kind: 'updated', taskId: id, changes, version: 2 }, 0, p));
    }
    expect(viewAll(replica).map(({ id }) => id)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(viewOf(replica, '__proto__'))).toBe(Object.prototype);
    expect(Object.entries(viewOf(replica, '__proto__') ?? {})).toContainEqual(['__proto__', 'x']);
  });
});

describe('removed access', () => {
  it('[RP6] forgets a task in one channel and keeps it while another holds it', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 7)], p));
    run((r, p) => applySnapshot(r, 'project:p', [task('a', 7)], p));
    run((r, p) => removeAccess(r, 'project:p', 'a', p));
    expect(viewOf(replica, 'a')).toBeDefined();
    run((r, p) => removeAccess(r, 'user:u1', 'a', p));
    expect(viewOf(replica, 'a')).toBeUndefined();
  });

  it('[RP6] forgets versions too, so that a later share at the same version applies', () => {
    const { replica, run } = bench();
    run((r, p) => applyEvent(r, event('shared', task('a', 7)), 0, p));
    run((r, p) => removeAccess(r, 'user:u1', 'a', p));
    run((r, p) => applyEvent(r, event('shared', task('a', 7)), 0, p));
    expect(viewOf(replica, 'a')?.version).toBe(7);
  });

  it('[RP6] forgets a whole channel', () => {
    const { replica, run } = bench();
    run((r, p) => applySnapshot(r, 'user:u1', [task('a', 1)], p));
    run((r, p) => applySnapshot(r, 'project:p', [task('a', 1), task('b', 1)], p));
    run((r, p) => removeChannel(r, 'project:p', p));
    expect(viewAll(replica).map(({ id }) => id)).toEqual(['a']);
  });
});
