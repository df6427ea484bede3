import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Task, taskKey } from '@/lib/protocol';
import { createTaskStore, type TaskStore } from '@/stores/create-task-store';
import { SortedTasks } from '@/stores/sorted-tasks';
import { compareTasks, matchesFilters, NO_FILTERS, type TaskFilters } from '@/stores/task-filters';
import { task } from '@/tests/unit/replica/fixtures';
import { scriptedPort } from './scripted-port';

const filters = fc.record<TaskFilters>({
  status: fc.constantFrom('all', 'active', 'completed'),
  priority: fc.constantFrom('all', 'high', 'low'),
  search: fc.constantFrom('', 'milk', 'BREAD milk', 'task'),
});
const fields = fc.record({
  title: fc.constantFrom('Buy milk', 'Bread and milk', 'Task'),
  completed: fc.boolean(),
  priority: fc.constantFrom('high', 'low'),
  createdAt: fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}T00:00:00.000Z`),
});
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('put' as const), id: fc.nat(400), fields }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), id: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('filter' as const), filters }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

function expectSame(store: TaskStore<Task>, wanted: TaskFilters, told: readonly Task[] | undefined): void {
  const anew = store
    .getState()
    .tasks.filter((each) => matchesFilters(each, wanted))
    .sort(compareTasks);
  const view = store.view(wanted);
  expect(view.tasks()).toEqual(anew);
  expect(view.chunks().flat()).toEqual(anew.map(({ id }) => taskKey(id)));
  expect(view.size).toBe(anew.length);
  // A listener that reads when it is told has missed nothing.
  if (told !== undefined) expect(told).toBe(view.tasks());
}

describe('a filtered view', () => {
  it('[RP22] equals filtering everything anew after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), filters, (steps, begin) => {
        const store = createTaskStore({ scheduleTurn: () => {} });
        let { port, hear } = scriptedPort();
        let unbind = store.bind(port);
        let wanted = begin;
        let told: readonly Task[] = store.view(wanted).tasks();
        const follow = () =>
          store.view(wanted).subscribeTasks(() => {
            told = store.view(wanted).tasks();
          });
        let undo = follow();
        let version = 0;
        for (const each of steps) {
          version += 1;
          if (each.do === 'put')
            hear({ kind: 'updated', taskId: each.id, version, task: task(each.id, version, each.fields) });
          else if (each.do === 'delete') hear({ kind: 'deleted', taskId: each.id, version });
          else if (each.do === 'turn') {
            store.flush();
            expectSame(store, wanted, told);
          } else if (each.do === 'filter') {
            undo();
            wanted = each.filters;
            told = store.view(wanted).tasks();
            undo = follow();
          } else {
            unbind();
            ({ port, hear } = scriptedPort());
            unbind = store.bind(port);
          }
          if (version % 25 === 0) expectSame(store, wanted, undefined);
        }
        store.flush();
        expectSame(store, wanted, told);
        undo();
        hear({ kind: 'created', taskId: 'last', version: version + 1, task: task('last', version + 1) });
        expectSame(store, wanted, undefined);
      }),
      { numRuns: 40 },
    );
  });

  it('[RP22] keeps its arrays until something in them changes, and tells of ids only what moves them', () => {
    const store = createTaskStore({ scheduleTurn: () => {} });
    const { port, hear } = scriptedPort();
    store.bind(port);
    for (let index = 0; index < 300; index++) {
      const createdAt = new Date(index * 1_000).toISOString();
      hear({ kind: 'created', taskId: `t${index}`, version: 1, task: task(`t${index}`, 1, { createdAt }) });
    }
    const view = store.view({ status: 'active' });
    expect(store.view({ ...NO_FILTERS, status: 'active' })).toBe(view);
    const [ids, tasks] = [vi.fn(), vi.fn()];
    const undos = [view.subscribe(ids), view.subscribeTasks(tasks)];
    const before = { chunks: view.chunks(), tasks: view.tasks() };
    const change = (id: string, version: number, changes: Partial<Task>) => {
      hear({ kind: 'updated', taskId: id, version, changes });
      store.flush();
    };
    change('t7', 2, { title: 'Other' });
    expect(view.chunks()).toBe(before.chunks);
    expect(view.tasks()).not.toBe(before.tasks);
    expect([ids.mock.calls.length, tasks.mock.calls.length]).toEqual([0, 1]);
    change('t299', 2, { completed: true });
    expect(view.size).toBe(299);
    expect(view.chunks()[0]).not.toBe(before.chunks[0]);
    expect(view.chunks().at(-1)).toBe(before.chunks.at(-1));
    expect([ids.mock.calls.length, tasks.mock.calls.length]).toEqual([1, 2]);
    const seen = view.tasks();
    change('t299', 3, { title: 'Hidden' });
    expect(view.tasks()).toBe(seen);
    expect(tasks).toHaveBeenCalledTimes(2);
    for (const undo of undos) undo();
    for (const undo of undos) undo();
    change('t7', 3, { completed: true });
    expect(tasks).toHaveBeenCalledTimes(2);
    expect(view.size).toBe(298);
  });

  it('[RP22] looks at no other task than the one that changed, and at few places of the order', () => {
    const store = createTaskStore({ scheduleTurn: () => {} });
    const { port, hear } = scriptedPort();
    store.bind(port);
    let looks = 0;
    for (let index = 0; index < 4_000; index++) {
      const createdAt = new Date(index * 1_000).toISOString();
      const watched = Object.defineProperty({ ...task(`t${index}`, 1) }, 'createdAt', {
        enumerable: true,
        get: () => {
          looks += 1;
          return createdAt;
        },
      });
      hear({ kind: 'created', taskId: `t${index}`, version: 1, task: watched });
    }
    const view = store.view({ search: 'task' });
    view.subscribe(() => {});
    looks = 0;
    hear({ kind: 'updated', taskId: 't2000', version: 2, task: task('t2000', 2, { completed: true }) });
    expect(view.tasks().at(-1)?.id).toBe('t2000');
    expect(looks).toBeLessThan(100);
  });
});

describe('sorted tasks', () => {
  it('[RP22] stand as Array.sort puts them, whatever comes, goes and changes', () => {
    const put = fc.record({ id: fc.nat(300), fields, gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 1_000, size: 'max' }), fc.nat(200), (puts, begin) => {
        const model = new Map(Array.from({ length: begin }, (_, id) => [id, task(id, 1)]));
        const sorted = new SortedTasks([...model.values()]);
        for (const { id, fields: changed, gone } of puts) {
          const before = model.get(id);
          if (before !== undefined) sorted.remove(before);
          model.delete(id);
          if (gone) continue;
          model.set(id, task(id, 2, changed));
          sorted.insert(task(id, 2, changed));
        }
        expect(sorted.tasks()).toEqual([...model.values()].sort(compareTasks));
        expect(sorted.size).toBe(model.size);
      }),
      { numRuns: 40 },
    );
  });
});
