// @ts-check
import { createStore } from 'tinybase';
import { isNews } from '../contender.mjs';

const TASKS = 'tasks';

/**
 * TinyBase: a table with a row per task, one transaction per turn. Its `getRowIds` copies all ids, so their order is kept
 * beside it, from what its listener tells.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  const store = createStore();
  /** @type {Map<string, number>} */
  const graves = new Map();
  /** @type {Set<string>} */
  const order = new Set();
  store.addRowIdsListener(TASKS, (_store, _table, getIdChanges) => {
    for (const [id, change] of Object.entries(getIdChanges?.() ?? {})) {
      if (change === 1) order.add(id);
      else if (change === -1) order.delete(id);
    }
  });
  /** @param {string} id @param {import('../contender.mjs').Visit} visit */
  const readRow = (id, visit) => {
    if (!store.hasRow(TASKS, id)) return;
    visit(
      /** @type {string} */ (store.getCell(TASKS, id, 'title')),
      /** @type {boolean} */ (store.getCell(TASKS, id, 'completed')),
    );
  };
  return {
    load(loaded) {
      store.transaction(() => {
        for (const task of loaded) store.setRow(TASKS, task.id, { ...task });
      });
    },
    turn(messages) {
      store.transaction(() => {
        for (const { event, task } of messages) {
          const { id } = task;
          const known = /** @type {number | undefined} */ (store.getCell(TASKS, id, 'version'));
          if (!isNews(known ?? graves.get(id), task)) continue;
          if (event === 'task.deleted') {
            store.delRow(TASKS, id);
            graves.set(id, task.version);
          } else {
            store.setRow(TASKS, id, /** @type {any} */ (task));
          }
        }
      });
    },
    onList: (listener) => store.addTableListener(TASKS, () => listener()),
    onRow: (id, listener) => store.addRowListener(TASKS, id, () => listener()),
    count: () => store.getRowCount(TASKS),
    readWindow(size, visit) {
      let left = size;
      for (const id of order) {
        if (left-- === 0) return;
        readRow(id, visit);
      }
    },
    readRow,
    versions: () =>
      store.getRowIds(TASKS).map((id) => [id, /** @type {number} */ (store.getCell(TASKS, id, 'version'))]),
  };
}
