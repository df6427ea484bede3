import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTaskUpdate, encodeTaskUpdate, eventNameOf, isTask, type TaskEvent } from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';

describe('the dialect of seed 001', () => {
  it.each([
    [null],
    ['rubbish'],
    [[]],
    [{ type: 'unknown' }],
    [{ type: 'task_update', event: '__proto__', task: { id: 1 } }],
    [{ type: 'task_update', event: 'task.created' }],
    [{ type: 'task_update', event: 'task.created', task: { id: '' } }],
    [{ type: 'task_update', event: 'task.created', task: { id: Number.NaN } }],
  ])('[DI1] skips %j and names the reason', (value) => {
    const { events, skipped } = decodeTaskUpdate(value);
    expect(events).toEqual([]);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatch(/\w/);
  });

  it('[DI1] never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => void expect(decodeTaskUpdate(value).skipped.length).toBeLessThan(2)),
    );
  });

  it.each([
    [{ completed: true }, { completed: true, status: 'completed' }],
    [{ completed: false }, { completed: false, status: 'pending' }],
    [{ status: 'done' }, { status: 'done', completed: true }],
    [{ status: 'blocked' }, { status: 'blocked', completed: false }],
  ])('[DI2] derives %j to %j', (sent, derived) => {
    const { events } = decodeTaskUpdate({ type: 'task_update', event: 'task.updated', task: { id: 1, ...sent } });
    expect(events[0]?.changes).toEqual(derived);
  });

  it('[DI3] tells a whole task, a row with a title and a partial change from each other', () => {
    const of = (row: object) => decodeTaskUpdate({ type: 'task_update', event: 'task.updated', task: row }).events[0];
    const whole = task(1, 1);
    expect(of(whole)).toEqual({ kind: 'updated', taskId: 1, task: whole, version: 1 });
    expect(of({ id: 1, title: 'T' })).toMatchObject({
      task: { id: 1, title: 'T', completed: false },
      changes: { title: 'T' },
    });
    expect(of({ id: 1, description: 'D' })).toEqual({ kind: 'updated', taskId: 1, changes: { description: 'D' } });
  });

  it('[DI3] fills what a row with a title lacks, so that a task is one', () => {
    const of = (row: object, timestamp?: string) =>
      decodeTaskUpdate({ type: 'task_update', event: 'task.created', task: row, timestamp }).events[0]?.task;
    expect(isTask(of({ id: 1, title: 'T' }))).toBe(true);
    expect(of({ id: 1, title: 'T' }, '2026-01-01T00:00:00Z')).toMatchObject({ createdAt: '2026-01-01T00:00:00.000Z' });
  });

  it('[DI16] reads its own word for completing, also where the row does not say so', () => {
    const of = (row: object) => decodeTaskUpdate({ type: 'task_update', event: 'task.completed', task: row }).events[0];
    const changes = { completed: true, status: 'completed' };
    const expected = { kind: 'updated', taskId: 1, changes, changedFields: ['completed', 'status'] };
    expect(of({ id: 1 })).toEqual(expected);
    expect(eventNameOf(of(task(1, 1, { completed: true, status: 'completed' })) as TaskEvent)).toBe('task.completed');
  });

  it('[DI4] keeps all that the form can carry on a round trip', () => {
    const id = fc.oneof(fc.uuid(), fc.integer());
    const whole = fc.record({ id, title: fc.string(), version: fc.nat() }).map(({ id: taskId, title, version }) => ({
      kind: 'updated' as const,
      taskId,
      version,
      at: '2026-01-01T00:00:00.000Z',
      task: task(taskId, version, { title }),
    }));
    const deleted = fc.record({ id, version: fc.nat() }).map(({ id: taskId, version }) => ({
      kind: 'deleted' as const,
      taskId,
      version,
      at: '2026-01-01T00:00:00.000Z',
    }));
    fc.assert(
      fc.property(fc.oneof(whole, deleted), (event: TaskEvent) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodeTaskUpdate(event)));
        expect(decodeTaskUpdate(wire).events).toEqual([event]);
      }),
    );
  });
});
