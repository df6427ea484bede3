// @ts-check
import { memo, useCallback, useSyncExternalStore } from 'react';
import { isNews, RowListeners } from '../../store/contender.mjs';
import { drawRow } from '../rows';

/** @type {Map<string, import('../rows').BenchTask>} */
const tasks = new Map();
const rows = new RowListeners();

/** @type {string[]} */
let ids = [];
const never = () => () => {};

const Row = memo((/** @type {{ id: string }} */ { id }) => {
  const subscribe = useCallback((/** @type {() => void} */ listener) => rows.add(id, listener), [id]);
  const task = useSyncExternalStore(subscribe, () => tasks.get(id));
  return task === undefined ? null : drawRow(task);
});

function List() {
  return useSyncExternalStore(never, () => ids).map((id) => <Row id={id} key={id} />);
}

/** By hand: a mutable map, one subscription per row. @type {import('../rows').Contender} */
export const contender = {
  load(loaded) {
    for (const task of loaded) tasks.set(task.id, task);
    ids = [...tasks.keys()];
  },
  deliver(messages) {
    for (const { task } of messages) {
      if (!isNews(tasks.get(task.id)?.version, task)) continue;
      tasks.set(task.id, task);
      rows.emit(task.id);
    }
  },
  List,
};
