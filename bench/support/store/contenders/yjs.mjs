// @ts-check
import * as Y from 'yjs';
import { isNews, RowListeners } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

/**
 * Yjs at its cheapest: one entry of one `Y.Map` per task, one transaction per turn. Its `size` counts all entries, so the
 * count is kept beside it.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  const document = new Y.Doc();
  document.clientID = 1;
  /** @type {Y.Map<BenchTask>} */
  const tasks = document.getMap('tasks');
  /** @type {Map<string, number>} */
  const graves = new Map();
  const rows = new RowListeners();
  let count = 0;
  tasks.observe(({ keysChanged }) => {
    for (const id of keysChanged) rows.emit(id);
  });
  return {
    load(loaded) {
      count = loaded.length;
      document.transact(() => {
        for (const task of loaded) tasks.set(task.id, task);
      });
    },
    turn(messages) {
      document.transact(() => {
        for (const { event, task } of messages) {
          const { id } = task;
          const known = tasks.get(id);
          if (!isNews(known?.version ?? graves.get(id), task)) continue;
          if (event !== 'task.deleted') {
            tasks.set(id, task);
            if (known === undefined) count += 1;
            continue;
          }
          graves.set(id, task.version);
          if (known === undefined) continue;
          tasks.delete(id);
          count -= 1;
        }
      });
    },
    onList: (listener) => tasks.observe(() => listener()),
    onRow: (id, listener) => rows.add(id, listener),
    count: () => count,
    readWindow(size, visit) {
      let left = size;
      for (const { title, completed } of tasks.values()) {
        if (left-- === 0) return;
        visit(title, completed);
      }
    },
    readRow(id, visit) {
      const task = tasks.get(id);
      if (task !== undefined) visit(task.title, task.completed);
    },
    versions: () => [...tasks.values()].map(({ id, version }) => [id, version]),
  };
}
