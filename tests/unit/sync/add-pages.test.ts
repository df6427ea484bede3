import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Task } from '@/lib/protocol';
import { PAGE_TASKS } from '@/lib/sync/add-pages';
import { openIdbOutboxStore } from '@/lib/sync/idb-outbox-store';
import type { BaseUpdate } from '@/lib/sync/outbox-store';
import { task } from '@/tests/unit/replica/fixtures';

const COUNT = PAGE_TASKS * 4 + 7;

function whole(seq: number, title: string): BaseUpdate<Task> {
  const tasks = Array.from({ length: COUNT }, (_, n) => ({ task: task(`t${n}`, 1, { title }), channels: ['user:u1'] }));
  return { epoch: 'e1', ...positionAt(seq), savedAt: 1, tasks, removed: [], isWhole: true };
}

function positionAt(seq: number) {
  return { positions: { 'user:u1': { epoch: 'e1', seq } } };
}

let names = 0;
const open = () => openIdbOutboxStore<Task>(`pages ${names++}`);

afterEach(() => vi.restoreAllMocks());

describe('a large base', () => {
  it('[OB29] is written in pages between which the page is free, all in one transaction', async () => {
    const store = await open();
    const perTurn = [0];
    const add = IDBObjectStore.prototype.add;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, page, key) {
      perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + page.tasks.length;
      return add.call(this, page, key);
    });
    let isWriting = true;
    const watch = () => {
      perTurn.push(0);
      if (isWriting) setImmediate(watch);
    };
    watch();
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    expect(await store.writeBase(whole(1, 'One'))).toBe('written');
    isWriting = false;
    expect(begun.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(1);
    expect(perTurn.reduce((sum, count) => sum + count)).toBe(COUNT);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(PAGE_TASKS);
    expect((await store.readBase())?.tasks).toHaveLength(COUNT);
  });

  it('[OB29] of which a page fails is as it was before', async () => {
    const store = await open();
    await store.writeBase(whole(1, 'One'));
    const add = IDBObjectStore.prototype.add;
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...given) {
      calls += 1;
      if (calls > 2) throw new DOMException('full', 'QuotaExceededError');
      return add.apply(this, given);
    });
    await expect(store.writeBase(whole(2, 'Two'))).rejects.toThrow('full');
    vi.restoreAllMocks();
    const base = await store.readBase();
    expect(base?.positions).toEqual({ 'user:u1': { epoch: 'e1', seq: 1 } });
    expect(new Set(base?.tasks.map((each) => each.task.title))).toEqual(new Set(['One']));
  });

  it('[RP46] takes many changes as one record, the later one of a task counts, and what is gone is gone', async () => {
    const store = await open();
    await store.writeBase(whole(1, 'One'));
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const some = { ...whole(2, 'Two'), isWhole: false };
    await store.writeBase({ ...some, tasks: some.tasks.slice(0, PAGE_TASKS), removed: [`t${COUNT - 1}`] });
    expect([add, put].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    await store.writeBase({ ...some, ...positionAt(3), tasks: some.tasks.slice(COUNT - 1), removed: ['t0'] });
    const titles = new Map((await store.readBase())?.tasks.map((each) => [each.task.id, each.task.title]));
    expect([titles.get('t0'), titles.get('t1'), titles.get(`t${PAGE_TASKS}`)]).toEqual([undefined, 'Two', 'One']);
    expect([titles.get(`t${COUNT - 1}`), titles.size]).toEqual(['Two', COUNT - 1]);
  });

  it('[RP46] is asked for anew once its later pages have outgrown it', async () => {
    const store = await open();
    await store.writeBase(whole(1, 'One'));
    for (const seq of [2, 3]) expect(await store.writeBase({ ...whole(seq, 'Two'), isWhole: false })).toBe('written');
    expect(await store.writeBase({ ...whole(4, 'Two'), isWhole: false })).toBe('incomplete');
    expect((await store.readBase())?.positions).toEqual(positionAt(3).positions);
    expect(await store.writeBase(whole(4, 'Four'))).toBe('written');
    expect(await store.writeBase({ ...whole(5, 'Five'), isWhole: false })).toBe('written');
    expect((await store.readBase())?.tasks).toHaveLength(COUNT);
  });
});

describe('a base that version 1 of the database kept', () => {
  it('[RP46] is shown, and goes with the next whole one', async () => {
    const name = `first ${names++}`;
    const stored = { task: task('old', 1), channels: ['user:u1'] };
    const first = await openDB(name, 1, {
      upgrade(db) {
        db.createObjectStore('changes', { autoIncrement: true }).createIndex('id', 'mutation.id', { unique: true });
        for (const kind of ['receipts', 'rejections', 'tasks', 'facts']) db.createObjectStore(kind);
        db.createObjectStore('damaged', { autoIncrement: true });
      },
    });
    await first.put('tasks', stored, 'old');
    await first.put('facts', { epoch: 'e1', ...positionAt(1), savedAt: 1 }, 'base');
    first.close();
    const store = await openIdbOutboxStore<Task>(name);
    expect((await store.readBase())?.tasks).toEqual([stored]);
    const later = { ...whole(2, 'Two'), isWhole: false, tasks: whole(2, 'Two').tasks.slice(0, 1) };
    await store.writeBase(later);
    expect((await store.readBase())?.tasks.map((each) => each.task.id)).toEqual(['old', 't0']);
    await store.writeBase({ ...later, ...positionAt(3), isWhole: true });
    expect((await store.readBase())?.tasks.map((each) => each.task.id)).toEqual(['t0']);
  });
});
