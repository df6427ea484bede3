import { type Task, taskKey } from '@/lib/protocol';
import type { ConflictReceipt, Rejection } from '@/lib/replica';
import { isOlder, type OutboxStore, type StoredBase, type StoredChange, type StoredTask } from './outbox-store';

/** Keeps everything as long as the page lives: the fallback where nothing can be written, and says so by `isLasting`. */
export function createMemoryOutboxStore<T extends Task>(): OutboxStore<T> {
  const changes = new Map<string, StoredChange<T>>();
  const receipts = new Map<string, ConflictReceipt>();
  const rejections = new Map<string, Rejection<T>>();
  const tasks = new Map<string, StoredTask<T>>();
  let base: Omit<StoredBase<T>, 'tasks'> | undefined;
  const dropBase = () => {
    tasks.clear();
    base = undefined;
  };
  return {
    isLasting: false,
    async write(batch) {
      for (const change of batch.put) changes.set(change.mutation.id, change);
      for (const id of batch.remove) changes.delete(id);
      for (const receipt of batch.receipts) receipts.set(receipt.id, receipt);
      for (const rejection of batch.rejections) rejections.set(rejection.mutation.id, rejection);
      for (const id of batch.dropNotices) {
        receipts.delete(id);
        rejections.delete(id);
      }
    },
    async adopt(tab, isFree) {
      const adopted: StoredChange<T>[] = [];
      const others = new Set<string>();
      for (const [id, change] of changes) {
        if (change.tab === tab) continue;
        if (!isFree(change)) {
          others.add(change.tab);
          continue;
        }
        const taken = { ...change, tab };
        changes.set(id, taken);
        adopted.push(taken);
      }
      return { changes: adopted, others: [...others], damaged: 0 };
    },
    countChanges: async () => changes.size,
    readNotices: async () => ({ receipts: [...receipts.values()], rejections: [...rejections.values()] }),
    readBase: async () => base && { ...base, tasks: [...tasks.values()] },
    async writeBase(update) {
      if (base !== undefined && isOlder(update, base)) return 'older';
      if (!update.isWhole && (base === undefined || base.epoch !== update.epoch)) return 'incomplete';
      if (update.isWhole) tasks.clear();
      for (const key of update.removed) tasks.delete(key);
      for (const stored of update.tasks) tasks.set(taskKey(stored.task.id), stored);
      base = { epoch: update.epoch, positions: update.positions, savedAt: update.savedAt };
      return 'written';
    },
    async dropBase() {
      dropBase();
    },
    async clear() {
      changes.clear();
      receipts.clear();
      rejections.clear();
      dropBase();
    },
    onLost: () => () => {},
    close() {},
  };
}
