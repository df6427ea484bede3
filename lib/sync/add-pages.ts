import type { Task } from '@/lib/protocol';
import type { BaseUpdate, StoredPage } from './outbox-store';

/** How many tasks stand in one record: handing them to the storage takes a few milliseconds on a slow machine. */
export const PAGE_TASKS = 250;

/**
 * Adds what a base update says as pages, in one transaction and without holding the page up ([OB29]): between two of them
 * it is free, and what waits for each keeps the transaction open. A record per task would cost the main thread a request
 * and its answer per task ([RP46]). Rejects with the storage's own error.
 */
export async function addPages<T extends Task>(
  store: IDBObjectStore,
  { tasks, removed }: Pick<BaseUpdate<T>, 'tasks' | 'removed'>,
): Promise<void> {
  let gone = removed;
  for (let start = 0; start < tasks.length || gone.length > 0; start += PAGE_TASKS) {
    const page: StoredPage<T> = { removed: gone, tasks: tasks.slice(start, start + PAGE_TASKS) };
    gone = [];
    await settled(store.add(page));
  }
}

/** A request as a promise; what awaits it goes on while its transaction is still active. */
function settled<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
