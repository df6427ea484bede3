import { type StoreNames, unwrap } from 'idb';
import type { Task } from '@/lib/protocol';
import { addPages } from './add-pages';
import { decodeBaseFacts, decodeReceipt, decodeRejection, decodeStoredChange } from './decode-stored';
import { gatherPages, isOutgrown } from './gather-pages';
import { type OutboxDatabase, type OutboxSchema, openOutboxDatabase } from './outbox-database';
import { isOlder, type OutboxStore, type StoredChange } from './outbox-store';

const CHANGE_STORES = ['changes', 'receipts', 'rejections'] as const;
const BASE_STORES = ['tasks', 'pages', 'facts'] as const;
const ALL_STORES = [...CHANGE_STORES, ...BASE_STORES, 'damaged'] as const;

/** Keeps everything in an IndexedDB database. Resolves when it is open; see {@link openOutboxDatabase} for what can hinder it. */
export async function openIdbOutboxStore<T extends Task>(name: string): Promise<OutboxStore<T>> {
  const lost = new Set<() => void>();
  let open: Promise<OutboxDatabase> | undefined;
  let isOver = false;
  const database = (): Promise<OutboxDatabase> => {
    if (isOver) return Promise.reject(new DOMException('The storage was closed.', 'InvalidStateError'));
    open ??= openOutboxDatabase(name, (isForGood) => {
      open = undefined;
      if (!isForGood || isOver) return;
      isOver = true;
      for (const listener of [...lost]) listener();
    }).catch((error: unknown) => {
      open = undefined;
      throw error;
    });
    return open;
  };

  /** Runs one transaction; strict: a promise that is kept after a crash of the machine too. */
  const inOne = async <R>(
    stores: readonly StoreNames<OutboxSchema>[],
    work: (tx: ReturnType<typeof begin>) => Promise<R>,
    durability: 'strict' | 'relaxed' = 'strict',
  ): Promise<R> => {
    const tx = begin(await database(), stores, durability);
    // Waited for below; a failure is told once, by the work where it has one of its own.
    tx.done.catch(() => {});
    try {
      const result = await work(tx);
      await tx.done;
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {}
      throw error;
    }
  };

  await database();
  return {
    isLasting: true,
    write: (batch) =>
      inOne(CHANGE_STORES, async (tx) => {
        const changes = tx.objectStore('changes');
        const places = changes.index('id');
        for (const change of batch.put) await changes.put(change, await places.getKey(change.mutation.id));
        for (const id of batch.remove) {
          const place = await places.getKey(id);
          if (place !== undefined) await changes.delete(place);
        }
        for (const receipt of batch.receipts) await tx.objectStore('receipts').put(receipt, receipt.id);
        for (const refused of batch.rejections) await tx.objectStore('rejections').put(refused, refused.mutation.id);
        for (const id of batch.dropNotices) {
          await tx.objectStore('receipts').delete(id);
          await tx.objectStore('rejections').delete(id);
        }
      }),
    async adopt(tab, isFree) {
      const records = await readAll(await database(), 'changes');
      const others = new Set<string>();
      let damaged = 0;
      const wanted: { readonly place: number; readonly change: StoredChange<T> | undefined }[] = [];
      for (const { key: place, value } of records) {
        const change = decodeStoredChange<T>(value);
        if (change === undefined) wanted.push({ place, change });
        else if (change.tab !== tab && isFree(change)) wanted.push({ place, change });
        else if (change.tab !== tab) others.add(change.tab);
      }
      if (wanted.length === 0) return { changes: [], others: [...others], damaged };
      const changes = await inOne(['changes', 'damaged'], async (tx) => {
        const taken: StoredChange<T>[] = [];
        for (const { place, change } of wanted) {
          const now: unknown = await tx.objectStore('changes').get(place);
          const present = decodeStoredChange<T>(now);
          if (now === undefined) continue;
          if (present === undefined) {
            damaged += 1;
            await tx.objectStore('damaged').add(now);
            await tx.objectStore('changes').delete(place);
            continue;
          }
          // Somebody may have been quicker since it was read.
          if (present.tab !== change?.tab) continue;
          taken.push({ ...present, tab });
          await tx.objectStore('changes').put({ ...present, tab }, place);
        }
        return taken;
      });
      return { changes, others: [...others], damaged };
    },
    countChanges: async () => (await database()).count('changes'),
    async readNotices() {
      const db = await database();
      const [receipts, rejections] = [await readAll(db, 'receipts'), await readAll(db, 'rejections')];
      return {
        receipts: receipts.flatMap(({ value }) => decodeReceipt(value) ?? []),
        rejections: rejections.flatMap(({ value }) => decodeRejection<T>(value) ?? []),
      };
    },
    async readBase() {
      const tx = (await database()).transaction(BASE_STORES);
      // In one go, which takes half the time of slices: whoever waits for it has nothing else to look at.
      const [facts, single, pages] = await Promise.all([
        tx.objectStore('facts').get('base'),
        tx.objectStore('tasks').getAll(),
        tx.objectStore('pages').getAll(),
        tx.done,
      ]);
      const decoded = decodeBaseFacts(facts);
      const tasks = gatherPages<T>(single, pages);
      if (decoded === undefined || tasks === undefined) return undefined;
      const { epoch, positions, savedAt } = decoded;
      return { epoch, positions, savedAt, tasks };
    },
    writeBase: (update) =>
      inOne(
        BASE_STORES,
        async (tx) => {
          const { epoch, positions, savedAt, isWhole } = update;
          const kept = decodeBaseFacts(await tx.objectStore('facts').get('base'));
          if (kept !== undefined && isOlder(update, kept)) return 'older';
          if (!isWhole && (kept === undefined || kept.epoch !== epoch || isOutgrown(kept))) return 'incomplete';
          if (isWhole) await clearAll(tx, ['tasks', 'pages']);
          await addPages(unwrap(tx.objectStore('pages')), update);
          const count = update.tasks.length + update.removed.length;
          const counts = isWhole
            ? { whole: count, later: 0 }
            : { whole: kept?.whole ?? 0, later: (kept?.later ?? 0) + count };
          await tx.objectStore('facts').put({ epoch, positions, savedAt, ...counts }, 'base');
          return 'written';
        },
        'relaxed',
      ),
    dropBase: () => inOne(BASE_STORES, (tx) => clearAll(tx, BASE_STORES)),
    clear: () => inOne(ALL_STORES, (tx) => clearAll(tx, ALL_STORES)),
    onLost(listener) {
      lost.add(listener);
      return () => lost.delete(listener);
    },
    close() {
      isOver = true;
      void open?.then((db) => db.close()).catch(() => {});
    },
  };
}

function begin(db: OutboxDatabase, stores: readonly StoreNames<OutboxSchema>[], durability: 'strict' | 'relaxed') {
  return db.transaction([...stores], 'readwrite', { durability });
}

async function clearAll(tx: ReturnType<typeof begin>, stores: readonly StoreNames<OutboxSchema>[]): Promise<void> {
  for (const name of stores) await tx.objectStore(name).clear();
}

/** Reads every record that can be read: one that the disk has lost must not take the others with it. */
async function readAll<N extends StoreNames<OutboxSchema>>(
  db: OutboxDatabase,
  name: N,
): Promise<{ readonly key: OutboxSchema[N]['key']; readonly value: unknown }[]> {
  try {
    const { store } = db.transaction(name);
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    return keys.map((key, index) => ({ key, value: values[index] }));
  } catch {
    // One by one below.
  }
  const records: { readonly key: OutboxSchema[N]['key']; readonly value: unknown }[] = [];
  for (const key of await db.getAllKeys(name)) {
    const value: unknown = await db.get(name, key).catch(() => undefined);
    if (value !== undefined) records.push({ key, value });
  }
  return records;
}
