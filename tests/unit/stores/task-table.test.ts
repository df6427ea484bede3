import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { TaskTable } from '@/stores/task-table';
import { task } from '@/tests/unit/replica/fixtures';

describe('the table of a store', () => {
  it('[RX15] holds the same as a Map after any puts and removals, and is read in every way alike', () => {
    const put = fc.record({ key: fc.nat(600), gone: fc.boolean(), version: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 1_500 }), fc.nat(700), fc.nat(700), (puts, start, length) => {
        const table = new TaskTable<Task>();
        const model = new Map<string, Task>();
        for (const { key, gone, version } of puts) {
          const next = gone ? undefined : task(`t${key}`, version);
          table.put(`t${key}`, next);
          if (next === undefined) model.delete(`t${key}`);
          else model.set(`t${key}`, next);
        }
        const keys = [...model.keys()];
        expect(table.size).toBe(model.size);
        expect(table.tasks()).toEqual([...model.values()]);
        expect(table.chunks().flat()).toEqual(keys);
        expect(table.slice(start, start + length)).toEqual(keys.slice(start, start + length));
        for (const key of keys) expect(table.get(key)).toBe(model.get(key));
      }),
      { numRuns: 60 },
    );
  });

  it('[RX15] keeps every array that did not change', () => {
    const table = new TaskTable<Task>();
    for (let index = 0; index < 600; index++) table.put(`t${index}`, task(`t${index}`, 1));
    const tasks = table.tasks();
    const chunks = table.chunks();
    expect(table.put('t0', table.get('t0'))).toBe('none');
    expect(table.tasks()).toBe(tasks);
    expect(table.put('t0', task('t0', 2))).toBe('value');
    expect(table.tasks()).not.toBe(tasks);
    expect(table.chunks()).toBe(chunks);
    expect(table.put('t599', undefined)).toBe('members');
    expect(table.chunks()[0]).toBe(chunks[0]);
    expect(table.chunks()[2]).not.toBe(chunks[2]);
  });
});
