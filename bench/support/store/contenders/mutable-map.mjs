// @ts-check
import { isNews, RowListeners } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

/** The limit: what is left when a store is nothing but a map and its listeners. @returns {import('../contender.mjs').Contender} */
export function createContender() {
  /** @type {Map<string, BenchTask>} */
  const tasks = new Map();
  /** @type {Map<string, number>} */
  const graves = new Map();
  /** @type {(() => void)[]} */
  const lists = [];
  const rows = new RowListeners();
  return {
    load(loaded) {
      for (const task of loaded) tasks.set(task.id, task);
    },
    turn(messages) {
      for (const { event, task } of messages) {
        const { id } = task;
        if (!isNews(tasks.get(id)?.version ?? graves.get(id), task)) continue;
        if (event === 'task.deleted') {
          tasks.delete(id);
          graves.set(id, task.version);
        } else {
          tasks.set(id, task);
        }
        rows.emit(id);
      }
      for (const listener of lists) listener();
    },
    onList: (listener) => void lists.push(listener),
    onRow: (id, listener) => rows.add(id, listener),
    count: () => tasks.size,
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
