// @ts-check
import { createStore } from 'zustand/vanilla';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */

/**
 * The store that seed 001 describes: one `Task[]`, a new one for each message, no versions.
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender() {
  const store = createStore(() => ({ tasks: /** @type {readonly BenchTask[]} */ ([]) }));
  /** @param {import('../contender.mjs').TaskMessage} message */
  const handleWebSocketMessage = ({ event, task }) => {
    const { tasks } = store.getState();
    if (event === 'task.created') store.setState({ tasks: [...tasks, task] });
    else if (event === 'task.deleted') store.setState({ tasks: tasks.filter(({ id }) => id !== task.id) });
    else store.setState({ tasks: tasks.map((old) => (old.id === task.id ? task : old)) });
  };
  return {
    load: (loaded) => store.setState({ tasks: [...loaded] }),
    turn(messages) {
      for (const message of messages) handleWebSocketMessage(message);
    },
    onList: (listener) => store.subscribe(listener),
    onRow(id, listener) {
      // Where it stood before, or a little further up: a search of the whole list per row and message would be unfair.
      let place = store.getState().tasks.findIndex((task) => task.id === id);
      let seen = store.getState().tasks[place];
      store.subscribe(({ tasks }) => {
        while (place >= 0 && tasks[place]?.id !== id) place -= 1;
        if (tasks[place] === seen) return;
        seen = tasks[place];
        listener();
      });
    },
    count: () => store.getState().tasks.length,
    readWindow(size, visit) {
      for (const { title, completed } of store.getState().tasks.slice(0, size)) visit(title, completed);
    },
    readRow(id, visit) {
      const task = store.getState().tasks.find((found) => found.id === id);
      if (task !== undefined) visit(task.title, task.completed);
    },
    versions: () => store.getState().tasks.map(({ id, version }) => [id, version]),
  };
}
