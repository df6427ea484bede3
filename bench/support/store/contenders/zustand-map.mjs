// @ts-check
import { subscribeWithSelector } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { isNews } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

/**
 * Zustand as its guides show it for maps: a new `Map` for each change, here for each turn; rows by selectors.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  const store = createStore(
    subscribeWithSelector(() => ({ tasks: /** @type {Map<string, BenchTask>} */ (new Map()) })),
  );
  /** @type {Map<string, number>} */
  const graves = new Map();
  return {
    load: (loaded) => store.setState({ tasks: new Map(loaded.map((task) => [task.id, task])) }),
    turn(messages) {
      const tasks = new Map(store.getState().tasks);
      for (const { event, task } of messages) {
        const { id } = task;
        if (!isNews(tasks.get(id)?.version ?? graves.get(id), task)) continue;
        if (event === 'task.deleted') {
          tasks.delete(id);
          graves.set(id, task.version);
        } else {
          tasks.set(id, task);
        }
      }
      store.setState({ tasks });
    },
    onList: (listener) => store.subscribe(listener),
    onRow: (id, listener) => store.subscribe(({ tasks }) => tasks.get(id), listener),
    count: () => store.getState().tasks.size,
    readWindow(size, visit) {
      let left = size;
      for (const { title, completed } of store.getState().tasks.values()) {
        if (left-- === 0) return;
        visit(title, completed);
      }
    },
    readRow(id, visit) {
      const task = store.getState().tasks.get(id);
      if (task !== undefined) visit(task.title, task.completed);
    },
    versions: () => [...store.getState().tasks.values()].map(({ id, version }) => [id, version]),
  };
}
