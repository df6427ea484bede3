import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bumpTask, newTask, patchTask, replaceTask } from '@/tasks/change-task';
import type { StoredTask, TaskFields } from '@/tasks/stored-task';

const CREATED = Date.UTC(2026, 0, 1);
const LATER = Date.UTC(2026, 0, 2);
const AT_CREATION = '2026-01-01T00:00:00.000Z';
const AT_CHANGE = '2026-01-02T00:00:00.000Z';

function taskWith(fields: TaskFields = {}): StoredTask {
  return newTask({ title: 'milk', ...fields }, { id: 'id', ownerId: 'ada', now: CREATED });
}

describe('a new task', () => {
  it('[SV2] is version 1 with the service’s own fields', () => {
    expect(taskWith()).toEqual({
      id: 'id',
      title: 'milk',
      status: 'pending',
      completed: false,
      createdAt: AT_CREATION,
      updatedAt: AT_CREATION,
      completedAt: null,
      ownerId: 'ada',
      version: 1,
    });
  });

  it('[SV9] takes no server field from a client, and keeps unknown ones', () => {
    const fields = { id: 'x', ownerId: 'eve', version: 9, createdAt: 'c', updatedAt: 'u', completedAt: 'd' };
    expect(taskWith({ ...fields, labels: ['a', { b: null }] })).toEqual({ ...taskWith(), labels: ['a', { b: null }] });
  });

  it('[SV9] keeps __proto__, constructor and toString as plain data', () => {
    const fields = JSON.parse(
      '{"title":"milk","__proto__":{"isAdmin":true},"constructor":1,"toString":"x"}',
    ) as TaskFields;
    const task = newTask(fields, { id: 'id', ownerId: 'ada', now: CREATED });
    expect(Object.getPrototypeOf(task)).toBe(Object.prototype);
    expect((task as { isAdmin?: unknown }).isAdmin).toBeUndefined();
    expect(JSON.stringify(task)).toContain('"__proto__":{"isAdmin":true},"constructor":1,"toString":"x"');
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  it.each([
    [{ completed: true }, { status: 'completed', completed: true, completedAt: AT_CREATION }],
    [{ status: 'completed' }, { status: 'completed', completed: true, completedAt: AT_CREATION }],
    [{ status: 'in_progress' }, { status: 'in_progress', completed: false, completedAt: null }],
    [
      { status: 'in_progress', completed: false },
      { status: 'in_progress', completed: false, completedAt: null },
    ],
  ])('[SV8] made with %j is %j', (fields, expected) => {
    expect(taskWith(fields)).toMatchObject(expected);
  });

  it('[SV8] can’t be made with a contradiction', () => {
    expect(() => taskWith({ status: 'pending', completed: true })).toThrow(/contradict/);
  });
});

describe('a changed task', () => {
  it('[SV2, SV13] has the next version and names what differs', () => {
    const { task, changedFields } = patchTask(
      taskWith({ description: 'a' }),
      { title: 'oats', description: 'a' },
      LATER,
    );
    expect(task).toEqual({ ...taskWith({ description: 'a' }), title: 'oats', version: 2, updatedAt: AT_CHANGE });
    expect(changedFields).toEqual(['title']);
  });

  it.each([
    ['by completed', { completed: true }],
    ['by status', { status: 'completed' }],
    ['by both', { completed: true, status: 'completed' }],
    ['by completed against a status that stands', { completed: true, status: 'in_progress' }],
  ])('[SV8, SV13] is completed %s', (_how, fields) => {
    const { task, changedFields } = patchTask(taskWith({ status: 'in_progress' }), fields, LATER);
    expect(task).toMatchObject({ completed: true, status: 'completed', completedAt: AT_CHANGE });
    expect([...changedFields].sort()).toEqual(['completed', 'completedAt', 'status']);
  });

  it.each([
    [{ completed: false }, 'pending'],
    [{ status: 'pending' }, 'pending'],
    [{ status: 'in_progress' }, 'in_progress'],
    [{ status: 'in_progress', completed: true }, 'in_progress'],
  ])('[SV8] opened again by %j is %s', (fields, status) => {
    const { task } = patchTask(taskWith({ completed: true }), fields, LATER);
    expect(task).toMatchObject({ completed: false, status, completedAt: null });
  });

  it('[SV8] stays in progress when it is said not to be completed', () => {
    expect(patchTask(taskWith({ status: 'in_progress' }), { completed: false }, LATER).changedFields).toEqual([]);
  });

  it('[SV8] keeps the time of its completion through other changes', () => {
    const { task } = patchTask(taskWith({ completed: true }), { title: 'oats' }, LATER);
    expect(task).toMatchObject({ completedAt: AT_CREATION, updatedAt: AT_CHANGE });
  });

  it('[SV8] never contradicts itself, whatever is sent in whatever order', () => {
    const change = fc.record(
      { status: fc.constantFrom('pending', 'in_progress', 'completed'), completed: fc.boolean(), title: fc.string() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        let task = taskWith();
        for (const fields of changes) {
          try {
            task = patchTask(task, fields, LATER).task;
          } catch {
            continue;
          }
          expect(task.completed).toBe(task.status === 'completed');
          expect(task.completedAt !== null).toBe(task.completed);
        }
      }),
    );
  });

  it('[SV10] is the very same when nothing differs', () => {
    const task = taskWith({ labels: ['a'] });
    expect(patchTask(task, { title: 'milk', labels: ['a'], version: 7, status: 'pending' }, LATER)).toEqual({
      task,
      changedFields: [],
    });
  });

  it('[SV9, SV13] has __proto__ among its changed fields when that is what changed', () => {
    const fields = JSON.parse('{"__proto__":1}') as TaskFields;
    const { task, changedFields } = patchTask(taskWith(), fields, LATER);
    expect(changedFields).toEqual(['__proto__']);
    expect(Object.getOwnPropertyDescriptor(task, '__proto__')?.value).toBe(1);
    expect(patchTask(task, fields, LATER).changedFields).toEqual([]);
  });
});

describe('a replaced task', () => {
  it('[SV9, SV13] loses the client fields that are not sent, never the service’s own', () => {
    const before = taskWith({ description: 'a', completed: true });
    const { task, changedFields } = replaceTask(before, { title: 'oats', priority: 'high' }, LATER);
    expect(task).toEqual({ ...taskWith({ priority: 'high' }), title: 'oats', version: 2, updatedAt: AT_CHANGE });
    expect([...changedFields].sort()).toEqual(
      ['completed', 'completedAt', 'description', 'priority', 'status', 'title'].sort(),
    );
  });

  it('[SV8] takes the one of two contradicting fields that differs from what stands', () => {
    const { task } = replaceTask(taskWith(), { ...taskWith(), completed: true }, LATER);
    expect(task).toMatchObject({ status: 'completed', completed: true });
  });
});

describe('a deleted or restored task', () => {
  it('[SV2] has the next version', () => {
    expect(bumpTask(taskWith(), LATER)).toEqual({ ...taskWith(), version: 2, updatedAt: AT_CHANGE });
  });
});
