import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import { createUuid, type Mutation } from '@/lib/protocol';
import { openIdbOutboxStore } from '@/lib/sync/idb-outbox-store';
import { createMemoryOutboxStore } from '@/lib/sync/memory-outbox-store';
import { type BaseUpdate, EMPTY_BATCH, type OutboxStore, type StoredChange } from '@/lib/sync/outbox-store';
import { task, update } from '@/tests/unit/replica/fixtures';

const opened: OutboxStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

const openIdb = async (name: string = createUuid()) => {
  const store = await openIdbOutboxStore(name);
  opened.push(store);
  return store;
};

const change = (mutation: Mutation, tab = 'dead'): StoredChange => ({
  mutation,
  made: task('a', 1),
  epoch: 'e1',
  tab,
  at: 5,
});
const rename = (id: string, title: string) => update(id, 'a', { title });
const everybody = () => true;

describe.each([
  ['memory', async () => createMemoryOutboxStore()],
  ['IndexedDB', () => openIdb()],
] as const)('an outbox store in %s', (_, open) => {
  it('[OB9] gives back what was written, in the order in which it was made, replaced in place', async () => {
    const store = await open();
    await store.write({ ...EMPTY_BATCH, put: [change(rename('m2', 'Two')), change(rename('m1', 'One'))] });
    await store.write({ ...EMPTY_BATCH, put: [change(rename('m3', 'Three')), change(rename('m2', 'Zwei'))] });
    await store.write({ ...EMPTY_BATCH, remove: ['m1', 'unknown'] });
    const { changes } = await store.adopt('me', everybody);
    expect(changes).toEqual([
      { ...change(rename('m2', 'Zwei')), tab: 'me' },
      { ...change(rename('m3', 'Three')), tab: 'me' },
    ]);
  });

  it('[OB11] lets each change be adopted once, by one tab, and never those of a living one', async () => {
    const store = await open();
    const put = [change(rename('m1', 'x')), change(rename('m2', 'y'), 'alive'), change(rename('m3', 'z'), 'me')];
    await store.write({ ...EMPTY_BATCH, put });
    const isFree = ({ tab }: StoredChange) => tab !== 'alive' && tab !== 'me';
    const both = await Promise.all([store.adopt('me', isFree), store.adopt('you', isFree)]);
    expect(both.flatMap(({ changes }) => changes.map(({ mutation }) => mutation.id))).toEqual(['m1']);
    expect(both[0].others).toContain('alive');
  });

  it('[OB14] keeps receipts and refusals until they are dealt with, none twice', async () => {
    const store = await open();
    const receipt = { id: 'a:title', taskId: 'a', field: 'title', yours: 'M', theirs: 'T' };
    const rejection = { mutation: rename('m1', 'M'), status: 403, reason: 'No.' };
    await store.write({ ...EMPTY_BATCH, receipts: [receipt], rejections: [rejection] });
    await store.write({ ...EMPTY_BATCH, receipts: [{ ...receipt, theirs: 'T2' }] });
    expect(await store.readNotices()).toEqual({ receipts: [{ ...receipt, theirs: 'T2' }], rejections: [rejection] });
    await store.write({ ...EMPTY_BATCH, dropNotices: ['a:title', 'm1'] });
    expect(await store.readNotices()).toEqual({ receipts: [], rejections: [] });
  });

  const base = (seq: number, tasks: readonly string[], extra: Partial<BaseUpdate> = {}): BaseUpdate => ({
    epoch: 'e1',
    positions: { 'user:u1': { epoch: 'e1', seq } },
    savedAt: seq,
    tasks: tasks.map((id) => ({ task: task(id, seq), channels: ['user:u1'] })),
    removed: [],
    isWhole: false,
    ...extra,
  });

  it('[OB15] keeps the last known base together with its positions, and never an older one', async () => {
    const store = await open();
    expect(await store.readBase()).toBeUndefined();
    expect(await store.writeBase(base(3, ['a']))).toBe('incomplete');
    expect(await store.writeBase(base(3, ['a', 'b'], { isWhole: true }))).toBe('written');
    expect(await store.writeBase(base(5, ['c'], { removed: ['a'] }))).toBe('written');
    expect(await store.writeBase(base(4, ['late']))).toBe('older');
    expect(await store.writeBase(base(9, ['x'], { epoch: 'e2' }))).toBe('incomplete');
    const kept = await store.readBase();
    expect(kept).toMatchObject({ epoch: 'e1', savedAt: 5, positions: { 'user:u1': { seq: 5 } } });
    expect(kept?.tasks.map((stored) => stored.task.id)).toEqual(['b', 'c']);
    expect(await store.writeBase(base(1, ['n'], { epoch: 'e2', isWhole: true }))).toBe('written');
    await store.dropBase();
    expect(await store.readBase()).toBeUndefined();
  });

  it('[OB16] forgets everything', async () => {
    const store = await open();
    const receipt = { id: 'a:title', taskId: 'a', field: 'title', yours: 'M', theirs: 'T' };
    await store.write({ ...EMPTY_BATCH, put: [change(rename('m1', 'x'))], receipts: [receipt] });
    await store.writeBase(base(3, ['a'], { isWhole: true }));
    await store.clear();
    expect((await store.adopt('me', everybody)).changes).toEqual([]);
    expect(await store.readNotices()).toEqual({ receipts: [], rejections: [] });
    expect(await store.readBase()).toBeUndefined();
  });
});

describe('an outbox store in IndexedDB', () => {
  it('[OB9] outlives its connection', async () => {
    const first = await openIdb('lasting');
    await first.write({ ...EMPTY_BATCH, put: [change(rename('m1', 'x'))] });
    first.close();
    const second = await openIdb('lasting');
    expect((await second.adopt('me', everybody)).changes).toHaveLength(1);
  });

  it('[OB10] puts a record that makes no sense aside and loads the others', async () => {
    const store = await openIdb('damaged');
    await store.write({ ...EMPTY_BATCH, put: [change(rename('m1', 'x'))] });
    const db = await openDB('damaged');
    await db.add('changes', { mutation: { id: 'm0', kind: 'update', taskId: 'a' }, tab: 'dead' });
    await db.put('facts', 'nonsense', 'base');
    await db.put('receipts', { id: 5 }, 'r');
    db.close();
    expect(await store.adopt('me', everybody)).toMatchObject({ changes: [{ tab: 'me' }], damaged: 1 });
    expect(await store.adopt('you', () => false)).toMatchObject({ damaged: 0, others: ['me'] });
    expect(await store.readBase()).toBeUndefined();
    expect((await store.readNotices()).receipts).toEqual([]);
  });

  it('[OB15] shows no base with a hole', async () => {
    const store = await openIdb('hole');
    const stored = { task: task('a', 1), channels: [] };
    await store.writeBase({ epoch: 'e', positions: {}, savedAt: 1, tasks: [stored], removed: [], isWhole: true });
    const db = await openDB('hole');
    const damaged = await db.add('pages', { tasks: [stored, { task: { id: 'b' } }], removed: [] });
    expect(await store.readBase()).toBeUndefined();
    await db.delete('pages', damaged);
    expect((await store.readBase())?.tasks).toEqual([stored]);
    await db.put('tasks', { task: { id: 'b' } }, 'b');
    db.close();
    expect(await store.readBase()).toBeUndefined();
  });

  it('[OB10] lets go for a tab with a newer version and says that it is lost', async () => {
    const store = await openIdb('upgraded');
    let losses = 0;
    store.onLost(() => {
      losses += 1;
    });
    const newer = await openDB('upgraded', 99);
    expect(losses).toBe(1);
    await expect(store.write(EMPTY_BATCH)).rejects.toThrow('closed');
    await expect(openIdbOutboxStore('upgraded')).rejects.toMatchObject({ name: 'VersionError' });
    newer.close();
  });

  it('[OB9] a batch that fails did nothing at all', async () => {
    const store = await openIdb();
    const unstorable = { ...rename('m2', 'x'), changes: { title: () => {} } } as unknown as Mutation;
    await expect(
      store.write({ ...EMPTY_BATCH, put: [change(rename('m1', 'x')), change(unstorable)] }),
    ).rejects.toThrow();
    expect((await store.adopt('me', everybody)).changes).toEqual([]);
  });
});
