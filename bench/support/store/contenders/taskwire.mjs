// @ts-check
import { createTaskStore } from 'taskwire';

/** The packed library: each message by the action that seed 001 names, as an `onmessage` would. @returns {import('../contender.mjs').Contender} */
export function createContender() {
  const store = createTaskStore();
  const ids = store.ids();
  return {
    load(tasks) {
      const { handleWebSocketMessage } = store.getState();
      for (const task of tasks) handleWebSocketMessage({ type: 'task_update', event: 'task.created', task });
    },
    turn(messages) {
      for (const message of messages) store.getState().handleWebSocketMessage(message);
    },
    onList: (listener) => store.subscribe(listener),
    onRow: (id, listener) => store.subscribeTask(id, listener),
    count: () => ids.size,
    readWindow(size, visit) {
      for (const { title, completed } of ids.tasks(0, size)) visit(title, completed);
    },
    readRow(id, visit) {
      const task = store.getTask(id);
      if (task !== undefined) visit(task.title, task.completed);
    },
    versions: () => store.getState().tasks.map((/** @type {any} */ { id, version }) => [id, version]),
    readAll: () => store.getState().tasks,
  };
}
