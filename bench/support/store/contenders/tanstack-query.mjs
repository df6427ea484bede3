// @ts-check
import { hashKey, notifyManager, QueryClient, QueryObserver } from '@tanstack/query-core';
import { isNews } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

const IDS = ['task-ids'];

/**
 * TanStack Query: a key per task and one for the ids, a batch per turn. Its list subscriber listens to the cache, since
 * what it reads stands under many keys.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  // By default it waits for a timer.
  notifyManager.setScheduler(queueMicrotask);
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY } },
  });
  client.mount();
  /** @type {Map<string, number>} */
  const graves = new Map();
  /** @param {string} id */
  const keyOf = (id) => ['task', id];
  /** @param {string} id @returns {BenchTask | undefined} */
  const get = (id) => client.getQueryData(keyOf(id));
  /** @returns {readonly string[]} */
  const ids = () => client.getQueryData(IDS) ?? [];
  /** @param {string} id @param {import('../contender.mjs').Visit} visit */
  const readRow = (id, visit) => {
    const task = get(id);
    if (task !== undefined) visit(task.title, task.completed);
  };
  return {
    load(loaded) {
      for (const task of loaded) client.setQueryData(keyOf(task.id), task);
      client.setQueryData(
        IDS,
        loaded.map(({ id }) => id),
      );
    },
    turn(messages) {
      notifyManager.batch(() => {
        /** @type {string[]} */
        const added = [];
        /** @type {Set<string>} */
        const removed = new Set();
        for (const { event, task } of messages) {
          const { id } = task;
          const known = get(id);
          if (!isNews(known?.version ?? graves.get(id), task)) continue;
          if (event !== 'task.deleted') {
            client.setQueryData(keyOf(id), task);
            if (known === undefined) added.push(id);
            continue;
          }
          graves.set(id, task.version);
          if (known === undefined) continue;
          // `removeQueries` would look through all of them.
          const query = client.getQueryCache().get(hashKey(keyOf(id)));
          if (query !== undefined) client.getQueryCache().remove(query);
          removed.add(id);
        }
        if (added.length === 0 && removed.size === 0) return;
        client.setQueryData(
          IDS,
          [...ids(), ...added].filter((id) => !removed.has(id)),
        );
      });
    },
    onList(listener) {
      let isTold = false;
      client.getQueryCache().subscribe(() => {
        if (isTold) return;
        isTold = true;
        queueMicrotask(() => {
          isTold = false;
          listener();
        });
      });
    },
    onRow: (id, listener) =>
      new QueryObserver(client, { queryKey: keyOf(id), enabled: false }).subscribe(() => listener()),
    count: () => ids().length,
    readWindow(size, visit) {
      for (const id of ids().slice(0, size)) readRow(id, visit);
    },
    readRow,
    versions: () => ids().map((id) => [id, get(id)?.version ?? 0]),
  };
}
