import { type Task, taskKey } from '@/lib/protocol';
import type { StoredTask } from './outbox-store';

/** How many tasks are handed to the storage in one go: a few milliseconds on a slow machine. */
export const SLICE_TASKS = 250;

/**
 * Writes tasks in one transaction without holding the page up ([OB29]): between two slices it is free, and what waits for the last
 * request of each keeps the transaction open. Rejects with the storage's own error.
 */
export async function putInSlices<T extends Task>(
  store: IDBObjectStore,
  tasks: readonly StoredTask<T>[],
): Promise<void> {
  for (let start = 0; start < tasks.length; start += SLICE_TASKS) {
    const requests = tasks.slice(start, start + SLICE_TASKS).map((each) => store.put(each, taskKey(each.task.id)));
    const last = requests.at(-1);
    if (last !== undefined) await settled(last);
  }
}

/** A request as a promise; what awaits it goes on while its transaction is still active. */
function settled<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
