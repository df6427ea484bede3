// @ts-check
import * as Y from 'yjs';
import { isNews } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

/**
 * Yjs as it is used where two people may change two fields of one task: a `Y.Map` per task, only what changed is written.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  const document = new Y.Doc();
  document.clientID = 1;
  /** @type {Y.Map<Y.Map<any>>} */
  const tasks = document.getMap('tasks');
  /** @type {Map<string, number>} */
  const graves = new Map();
  let count = 0;
  /** @param {Y.Map<any>} row @param {BenchTask} task */
  const write = (row, task) => {
    for (const [field, value] of Object.entries(task)) if (row.get(field) !== value) row.set(field, value);
  };
  return {
    load(loaded) {
      count = loaded.length;
      document.transact(() => {
        for (const task of loaded) tasks.set(task.id, new Y.Map(Object.entries(task)));
      });
    },
    turn(messages) {
      document.transact(() => {
        for (const { event, task } of messages) {
          const { id } = task;
          const row = tasks.get(id);
          if (!isNews(row?.get('version') ?? graves.get(id), task)) continue;
          if (event === 'task.deleted') {
            graves.set(id, task.version);
            if (row === undefined) continue;
            tasks.delete(id);
            count -= 1;
          } else if (row === undefined) {
            tasks.set(id, new Y.Map(Object.entries(task)));
            count += 1;
          } else {
            write(row, task);
          }
        }
      });
    },
    onList: (listener) => tasks.observeDeep(() => listener()),
    onRow: (id, listener) => tasks.get(id)?.observe(() => listener()),
    count: () => count,
    readWindow(size, visit) {
      let left = size;
      for (const row of tasks.values()) {
        if (left-- === 0) return;
        visit(row.get('title'), row.get('completed'));
      }
    },
    readRow(id, visit) {
      const row = tasks.get(id);
      if (row !== undefined) visit(row.get('title'), row.get('completed'));
    },
    versions: () => [...tasks.values()].map((row) => [row.get('id'), row.get('version')]),
  };
}
