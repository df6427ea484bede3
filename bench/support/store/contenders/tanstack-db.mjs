// @ts-check
import { createCollection } from '@tanstack/db';
import { isNews, RowListeners } from '../contender.mjs';

/** @typedef {import('../contender.mjs').BenchTask} BenchTask */
/** @typedef {import('../contender.mjs').TaskMessage} TaskMessage */

/**
 * TanStack DB: a collection with a sync source of our own; one transaction per turn, or one per message.
 * @param {{ isBatched?: boolean }} [options]
 * @returns {import('../contender.mjs').Contender}
 */
export function createContender({ isBatched = true } = {}) {
  /** @type {any} */
  let sync;
  const tasks = createCollection({
    id: 'tasks',
    getKey: (/** @type {BenchTask} */ task) => task.id,
    startSync: true,
    sync: {
      rowUpdateMode: 'full',
      sync(given) {
        sync = given;
      },
    },
  });
  /** @type {Map<string, number>} */
  const graves = new Map();
  const rows = new RowListeners();
  /** @param {readonly TaskMessage[]} messages */
  const write = (messages) => {
    // The collection shows what is written only once it is committed: the last word on each task is found before.
    /** @type {Map<string, TaskMessage>} */
    const newest = new Map();
    for (const message of messages) {
      const { id } = message.task;
      const known = newest.get(id)?.task.version ?? tasks.get(id)?.version ?? graves.get(id);
      if (isNews(known, message.task)) newest.set(id, message);
    }
    if (newest.size === 0) return;
    sync.begin();
    for (const [id, { event, task }] of newest) {
      const isThere = tasks.has(id);
      if (event === 'task.deleted') {
        graves.set(id, task.version);
        if (isThere) sync.write({ type: 'delete', key: id });
      } else {
        sync.write({ type: isThere ? 'update' : 'insert', value: task });
      }
    }
    sync.commit();
  };
  return {
    load(loaded) {
      sync.begin();
      for (const task of loaded) sync.write({ type: 'insert', value: task });
      sync.commit();
      sync.markReady();
      tasks.subscribeChanges((changes) => {
        for (const { key } of changes) rows.emit(String(key));
      });
    },
    turn(messages) {
      if (isBatched) write(messages);
      else for (const message of messages) write([message]);
    },
    onList: (listener) => tasks.subscribeChanges(() => listener()),
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
