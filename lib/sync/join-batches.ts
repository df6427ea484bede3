import type { Task } from '@/lib/protocol';
import type { StoreBatch } from './outbox-store';

/** Two batches as one: what the second takes back is not in it, and what it brings anew stays. */
export function joinBatches<T extends Task>(first: StoreBatch<T>, second: StoreBatch<T>): StoreBatch<T> {
  const dropped = new Set(second.dropNotices);
  const brought = new Set([...second.receipts.map(({ id }) => id), ...second.rejections.map((one) => one.mutation.id)]);
  return {
    put: [],
    remove: [...first.remove, ...second.remove],
    receipts: [...first.receipts.filter(({ id }) => !dropped.has(id)), ...second.receipts],
    rejections: [...first.rejections.filter(({ mutation }) => !dropped.has(mutation.id)), ...second.rejections],
    dropNotices: [...first.dropNotices.filter((id) => !brought.has(id)), ...second.dropNotices],
  };
}
