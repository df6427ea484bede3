import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Dialect,
  realTimeSync,
  syncService,
  type Task,
  type TaskEvent,
  taskmd,
  taskUpdate,
  todo,
} from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';
import { DIALECTS } from './seed-examples';

const AT = '2026-02-03T04:05:06.789Z';
const done = task('a', 3, { status: 'completed', completed: true, dueAt: AT, completedAt: AT, projectId: 'p' });
const busy = task('a', 2, { status: 'in_progress', title: 'New', description: 'D' });

const write = (dialect: Dialect, event: TaskEvent): Record<string, unknown> => {
  const [text = '', ...rest] = dialect.encode([event], { userId: 'u1', projectId: 'p' });
  expect(rest).toEqual([]);
  return JSON.parse(text) as Record<string, unknown>;
};

const events: Readonly<Record<string, TaskEvent>> = {
  created: { kind: 'created', taskId: 'a', task: busy, at: AT },
  updated: { kind: 'updated', taskId: 'a', task: busy, at: AT, changedFields: ['title', 'dueAt', 'updatedAt'] },
  completed: {
    kind: 'updated',
    taskId: 'a',
    task: done,
    at: AT,
    changedFields: ['status', 'completed', 'completedAt'],
    previousStatus: 'in_progress',
  },
  deleted: { kind: 'deleted', taskId: 'a', version: 4, at: AT },
  restored: { kind: 'restored', taskId: 'a', task: busy, at: AT },
  shared: { kind: 'shared', taskId: 'a', task: busy, at: AT },
  unshared: { kind: 'unshared', taskId: 'a' },
};

describe('writing a dialect', () => {
  it.each([
    [
      syncService,
      'type',
      ['TASK_CREATED', 'TASK_UPDATED', 'TASK_UPDATED', 'TASK_DELETED', 'TASK_CREATED', 'TASK_CREATED', 'TASK_DELETED'],
    ],
    [
      taskUpdate,
      'event',
      [
        'task.created',
        'task.updated',
        'task.completed',
        'task.deleted',
        'task.created',
        'task.created',
        'task.deleted',
      ],
    ],
    [
      realTimeSync,
      'event_type',
      [
        'TASK_ADDED',
        'TASK_CHANGED',
        'TASK_STATUS_CHANGED',
        'TASK_REMOVED',
        'TASK_RESTORED',
        'TASK_ADDED',
        'TASK_REMOVED',
      ],
    ],
    [
      realTimeSync,
      'action',
      [
        'task_created',
        'task_updated',
        'task_status_changed',
        'task_deleted',
        'task_restored',
        'task_created',
        'task_deleted',
      ],
    ],
    [
      taskmd,
      'type',
      ['task.created', 'task.updated', 'task.updated', 'task.deleted', 'task.created', 'task.created', 'task.deleted'],
    ],
    [
      todo,
      'type',
      ['TASK_CREATED', 'TASK_UPDATED', 'TASK_UPDATED', 'TASK_DELETED', 'TASK_CREATED', 'TASK_CREATED', 'TASK_DELETED'],
    ],
  ] as const)('[DI16] says in its own words what happened: %#', (dialect, field, words) => {
    expect(Object.values(events).map((event) => write(dialect, event)[field])).toEqual(words);
  });

  it('[DI16] writes seed 000 in camelCase, with userId, changes and full task', () => {
    const message = write(syncService, events.updated as TaskEvent);
    expect(message).toEqual({
      type: 'TASK_UPDATED',
      payload: {
        taskId: 'a',
        changes: { title: 'New', updatedAt: busy.updatedAt, version: 2 },
        fullTask: { ...withoutOwner(busy), userId: 'u1' },
      },
      timestamp: AT,
    });
    expect(write(syncService, events.deleted as TaskEvent)).toEqual({
      type: 'TASK_DELETED',
      payload: { taskId: 'a' },
      timestamp: AT,
    });
  });

  it('[DI16] writes seed 002 in snake_case, hyphenated, with what changed and what it was before', () => {
    expect(write(realTimeSync, events.completed as TaskEvent)).toEqual({
      type: 'task_update',
      action: 'task_status_changed',
      event_type: 'TASK_STATUS_CHANGED',
      task_id: 'a',
      user_id: 'u1',
      data: {
        id: 'a',
        title: done.title,
        status: 'completed',
        completed: true,
        created_at: done.createdAt,
        updated_at: done.updatedAt,
        due_at: AT,
        completed_at: AT,
        project_id: 'p',
        user_id: 'u1',
        version: 3,
      },
      timestamp: AT,
      metadata: {
        source: 'taskwire',
        version: '1.0.0',
        fields_changed: ['status', 'completed', 'completed_at'],
        previous_status: 'in-progress',
      },
    });
    expect(write(realTimeSync, events.updated as TaskEvent)).toMatchObject({
      data: { status: 'in-progress' },
      metadata: { fields_changed: ['title', 'due_at'] },
    });
    expect(write(realTimeSync, events.deleted as TaskEvent)).toMatchObject({
      user_id: 'u1',
      data: { id: 'a', user_id: 'u1' },
    });
  });

  it('[DI16] writes seed 003 in snake_case, open and done, with a markdown body', () => {
    expect(write(taskmd, events.created as TaskEvent)).toMatchObject({
      project_id: 'p',
      task_id: 'a',
      data: { id: 'a', markdown_body: 'D', status: 'in_progress', created_at: busy.createdAt },
    });
    expect(write(taskmd, events.completed as TaskEvent)).toMatchObject({ data: { status: 'done' } });
    expect(write(taskmd, { kind: 'created', taskId: 'a', task: task('a', 1) })).toMatchObject({
      data: { status: 'open' },
    });
    expect(write(taskmd, events.deleted as TaskEvent)).toEqual({
      type: 'task.deleted',
      project_id: 'p',
      task_id: 'a',
      data: { id: 'a' },
    });
  });

  it('[DI16] writes seed 004 in snake_case, a delete with the id alone', () => {
    expect(write(todo, events.created as TaskEvent)).toMatchObject({ task: { id: 'a', user_id: 'u1' }, timestamp: AT });
    expect(write(todo, events.deleted as TaskEvent)).toEqual({ type: 'TASK_DELETED', task_id: 'a', timestamp: AT });
  });

  it('[DI16] gives a message the sending time where its event has none', () => {
    const text = todo.encode([events.unshared as TaskEvent], { sentAt: AT })[0] ?? '';
    expect(JSON.parse(text)).toMatchObject({ timestamp: AT });
  });

  it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
    '[DI17] keeps all that %s can carry on a round trip',
    (_name, dialect) => {
      fc.assert(
        fc.property(anyEvent(), (event) => {
          const [text = ''] = dialect.encode([event], { userId: 'u1' });
          const { events: read, controls, skipped } = dialect.decode(text);
          expect({ controls, skipped, count: read.length }).toEqual({ controls: [], skipped: [], count: 1 });
          expect(read[0]).toMatchObject(carriedBy(dialect, event));
          if (event.task) expect(read[0]?.task).toEqual(event.task);
        }),
      );
    },
  );

  it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
    '[DI17] reads the rows that it writes: %s',
    (_name, dialect) => {
      fc.assert(
        fc.property(anyTask(), (each) => {
          expect(dialect.decodeRow(dialect.encodeRow({ ...each }))).toEqual(each);
        }),
      );
    },
  );
});

/** What of an event must come back. */
function carriedBy({ name }: Dialect, event: TaskEvent): Partial<TaskEvent> {
  const { kind, taskId, at, changedFields = [], previousStatus } = event;
  const word = kind === 'shared' || (kind === 'restored' && name !== 'real-time-sync') ? 'created' : kind;
  const isUpdate = kind === 'updated';
  return {
    kind: word === 'unshared' ? 'deleted' : word,
    taskId,
    ...(name !== 'taskmd' && at !== undefined && { at }),
    ...(name === 'real-time-sync' && isUpdate && { changedFields }),
    ...(name === 'real-time-sync' && previousStatus !== undefined && { previousStatus }),
    ...(name === 'task-update' && event.version !== undefined && { version: event.version }),
  };
}

function anyEvent(): fc.Arbitrary<TaskEvent> {
  const kind = fc.constantFrom('created', 'updated', 'restored', 'shared', 'deleted', 'unshared' as const);
  const fields = fc.uniqueArray(
    fc.constantFrom('title', 'status', 'dueAt', 'description', 'projectId', 'story_points'),
  );
  return fc.record({ kind, whole: anyTask(), at: fc.option(anyTime(), { nil: undefined }), fields }).map((drawn) => {
    const { whole, at } = drawn;
    const facts = { kind: drawn.kind, taskId: whole.id, version: whole.version ?? 1, ...(at !== undefined && { at }) };
    if (drawn.kind === 'deleted' || drawn.kind === 'unshared') return facts;
    if (drawn.kind !== 'updated') return { ...facts, task: whole };
    const changedFields = drawn.fields.length === 0 ? ['title'] : drawn.fields;
    return {
      ...facts,
      task: whole,
      changedFields,
      ...(changedFields.includes('status') && { previousStatus: 'in_progress' }),
    };
  });
}

function anyTask(): fc.Arbitrary<Task> {
  const ofApplication = fc.dictionary(
    fc.constantFrom('story_points', 'storyPoints', '__proto__', 'constructor', 'toString', 'a b', 'tags'),
    // JSON has no -0.
    fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value))),
  );
  const known = fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.integer(), fc.string({ minLength: 1 })),
      title: fc.string(),
      description: fc.option(fc.string()),
      status: fc.constantFrom('pending', 'in_progress', 'completed', 'blocked'),
      completed: fc.boolean(),
      priority: fc.option(fc.constantFrom('low', 'urgent', 'P0')),
      dueAt: fc.option(anyTime()),
      completedAt: fc.option(anyTime()),
      createdAt: anyTime(),
      updatedAt: anyTime(),
      ownerId: fc.string({ minLength: 1 }),
      projectId: fc.option(fc.string({ minLength: 1 })),
      version: fc.nat(),
    },
    { requiredKeys: ['id', 'title', 'status', 'completed', 'createdAt', 'updatedAt', 'ownerId', 'version'] },
  );
  return fc.tuple(ofApplication, known).map(([extra, fields]): Task => ({ ...extra, ...fields }) as Task);
}

function anyTime(): fc.Arbitrary<string> {
  const min = new Date('1970-01-01');
  return fc.date({ min, max: new Date('2999-12-31'), noInvalidDate: true }).map((date) => date.toISOString());
}

function withoutOwner({ ownerId: _ownerId, ...rest }: Task): Partial<Task> {
  return rest;
}
