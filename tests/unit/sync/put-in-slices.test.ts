import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Task } from '@/lib/protocol';
import { openIdbOutboxStore } from '@/lib/sync/idb-outbox-store';
import type { BaseUpdate } from '@/lib/sync/outbox-store';
import { SLICE_TASKS } from '@/lib/sync/put-in-slices';
import { task } from '@/tests/unit/replica/fixtures';

const COUNT = SLICE_TASKS * 4 + 7;

function whole(seq: number, title: string): BaseUpdate<Task> {
  const tasks = Array.from({ length: COUNT }, (_, n) => ({ task: task(`t${n}`, 1, { title }), channels: ['user:u1'] }));
  const positions = { 'user:u1': { epoch: 'e1', seq } };
  return { epoch: 'e1', positions, savedAt: 1, tasks, removed: [], isWhole: true };
}

let names = 0;
const open = () => openIdbOutboxStore<Task>(`slices ${names++}`);

afterEach(() => vi.restoreAllMocks());

describe('a large base', () => {
  it('[OB29] is written in slices between which the page is free, all in one transaction', async () => {
    const store = await open();
    const perTurn = [0];
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + 1;
      return put.apply(this, given);
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
    expect(perTurn.reduce((sum, count) => sum + count)).toBe(COUNT + 1);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(SLICE_TASKS + 1);
    expect((await store.readBase())?.tasks).toHaveLength(COUNT);
  });

  it('[OB29] of which a slice fails is as it was before', async () => {
    const store = await open();
    await store.writeBase(whole(1, 'One'));
    const put = IDBObjectStore.prototype.put;
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      calls += 1;
      if (calls > SLICE_TASKS * 2) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, given);
    });
    await expect(store.writeBase(whole(2, 'Two'))).rejects.toThrow('full');
    vi.restoreAllMocks();
    const base = await store.readBase();
    expect(base?.positions).toEqual({ 'user:u1': { epoch: 'e1', seq: 1 } });
    expect(new Set(base?.tasks.map((each) => each.task.title))).toEqual(new Set(['One']));
  });
});
