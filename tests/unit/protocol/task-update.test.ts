import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTaskUpdate, encodeTaskUpdate, type TaskEvent } from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';

describe('the dialect of seed 001', () => {
  it('[DI1] reads the seed’s examples', () => {
    const created = {
      type: 'task_update',
      event: 'task.created',
      task: { id: 123, title: 'New Task', completed: false },
      timestamp: '2025-12-31T12:00:00Z',
    };
    expect(decodeTaskUpdate(created)).toEqual({
      events: [
        {
          kind: 'created',
          taskId: 123,
          task: { id: 123, title: 'New Task', completed: false, status: 'pending' },
          at: '2025-12-31T12:00:00Z',
        },
      ],
      skipped: [],
    });
    expect(decodeTaskUpdate({ type: 'ping', timestamp: null })).toEqual({ events: [], skipped: [] });
  });

  it.each([
    [null],
    ['pong'],
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
    expect(events[0]?.changes).toEqual({ id: 1, ...derived });
  });

  it('[DI3] tells a whole task from a partial change by its title', () => {
    const of = (row: object) => decodeTaskUpdate({ type: 'task_update', event: 'task.updated', task: row }).events[0];
    expect(of({ id: 1, title: 'T' })?.task).toBeDefined();
    expect(of({ id: 1, description: 'D' })).toMatchObject({ changes: { description: 'D' } });
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
