import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { TaskTable } from '@/lib/replica';
import { task } from './fixtures';

/** Shows a task in a table, as a replica does. */
const show = (table: TaskTable, key: string, view: Task | undefined) => table.show(table.open(key), view);

describe('the table of a replica', () => {
  it('[RP20] holds the same as a Map after any puts and removals, and is read in every way alike', () => {
    const put = fc.record({ key: fc.nat(600), gone: fc.boolean(), version: fc.nat(5) });
    fc.assert(
      fc.property(
        fc.array(put, { maxLength: 1_500, size: 'max' }),
        fc.nat(700),
        fc.nat(700),
        fc.boolean(),
        (puts, start, length, reads) => {
          const table = new TaskTable<Task>();
          const model = new Map<string, Task>();
          for (const { key, gone, version } of puts) {
            const next = gone ? undefined : task(`t${key}`, version);
            show(table, `t${key}`, next);
            if (next === undefined) model.delete(`t${key}`);
            else model.set(`t${key}`, next);
            // Through a window the same is seen, however often it is looked through.
            const [from, to] = [start % 90, (start % 90) + (length % 300)];
            if (reads) expect(table.window(from, to)).toEqual([...model.values()].slice(from, to));
            // Between two readings few tasks change, or most do.
            if (reads && key % 40 === 0) table.tasks();
          }
          const keys = [...model.keys()];
          const tasks = [...model.values()];
          expect(table.size).toBe(model.size);
          expect(table.tasks()).toEqual(tasks);
          expect(table.chunks().flat()).toEqual(keys);
          expect(table.keys(start, start + length)).toEqual(keys.slice(start, start + length));
          expect(table.window(start, start + length)).toEqual(tasks.slice(start, start + length));
          for (const key of keys) expect(table.get(key)).toBe(model.get(key));
          expect([...table.entries()]).toHaveLength(model.size);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('[RP20] keeps every array that did not change', () => {
    const table = new TaskTable<Task>();
    for (let index = 0; index < 600; index++) show(table, `t${index}`, task(`t${index}`, 1));
    const tasks = table.tasks();
    const chunks = table.chunks();
    expect(show(table, 't0', table.get('t0'))).toBe('none');
    expect(table.tasks()).toBe(tasks);
    expect(show(table, 't0', task('t0', 2))).toBe('value');
    expect(table.tasks()).not.toBe(tasks);
    expect(table.chunks()).toBe(chunks);
    expect(show(table, 't599', undefined)).toBe('members');
    expect(table.chunks()[0]).toBe(chunks[0]);
    expect(table.chunks().at(-1)).not.toBe(chunks.at(-1));
  });

  it('[RP20] keeps a window until something in it or before it changes', () => {
    const table = new TaskTable<Task>();
    for (let index = 0; index < 1_000; index++) show(table, `t${index}`, task(`t${index}`, 1));
    const seen = table.window(300, 350);
    show(table, 't900', task('t900', 2));
    show(table, 't0', task('t0', 2));
    show(table, 't901', undefined);
    show(table, 'new', task('new', 1));
    expect(table.window(300, 350)).toBe(seen);
    show(table, 't320', task('t320', 2));
    expect(table.window(300, 350)[20]?.version).toBe(2);
    show(table, 't0', undefined);
    expect(table.window(300, 350)[0]?.id).toBe('t301');
    const short = table.window(950, 2_000);
    show(table, 'newer', task('newer', 1));
    expect(table.window(950, 2_000)).toHaveLength(short.length + 1);
  });

  it('[RP20] keeps what the server has and nobody sees, and forgets what is neither', () => {
    const table = new TaskTable<Task>();
    const entry = table.open('a');
    table.know(entry, task('a', 1));
    expect(table.show(entry, undefined)).toBe('none');
    expect(table.find('a')).toBe(entry);
    expect(table.size).toBe(0);
    table.know(entry, undefined);
    table.show(entry, undefined);
    expect(table.find('a')).toBeUndefined();
  });
});
