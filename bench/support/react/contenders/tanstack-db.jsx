// @ts-check
import { createCollection, useLiveQuery } from '@tanstack/react-db';
import { memo } from 'react';
import { isNews } from '../../store/contender.mjs';
import { drawRow } from '../rows';

/** @type {any} */
let sync;
const tasks = createCollection({
  id: 'tasks',
  getKey: (/** @type {import('../rows').BenchTask} */ task) => task.id,
  startSync: true,
  sync: {
    rowUpdateMode: 'full',
    sync(given) {
      sync = given;
    },
  },
});

const Row = memo((/** @type {{ task: import('../rows').BenchTask }} */ { task }) => drawRow(task));

function List() {
  const { data } = useLiveQuery((query) => query.from({ tasks }));
  return data.map((task) => <Row key={task.id} task={task} />);
}

/** TanStack DB: a live query, memoised rows. @type {import('../rows').Contender} */
export const contender = {
  load(loaded) {
    sync.begin();
    for (const task of loaded) sync.write({ type: 'insert', value: task });
    sync.commit();
    sync.markReady();
  },
  deliver(messages) {
    sync.begin();
    for (const { task } of messages) {
      if (isNews(tasks.get(task.id)?.version, task)) sync.write({ type: 'update', value: task });
    }
    sync.commit();
  },
  List,
};
