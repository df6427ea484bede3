// @ts-check
import { memo } from 'react';
import { createStore } from 'tinybase';
import { Provider, useRow, useRowIds } from 'tinybase/ui-react';
import { isNews } from '../../store/contender.mjs';
import { drawRow } from '../rows';

const TASKS = 'tasks';
const store = createStore();

const Row = memo((/** @type {{ id: string }} */ { id }) => drawRow(/** @type {any} */ (useRow(TASKS, id))));

function Rows() {
  return useRowIds(TASKS).map((id) => <Row id={id} key={id} />);
}

/** TinyBase: a row hook per row. @type {import('../rows').Contender} */
export const contender = {
  load(tasks) {
    store.transaction(() => {
      for (const task of tasks) store.setRow(TASKS, task.id, { ...task });
    });
  },
  deliver(messages) {
    store.transaction(() => {
      for (const { task } of messages) {
        const known = /** @type {number | undefined} */ (store.getCell(TASKS, task.id, 'version'));
        if (isNews(known, task)) store.setRow(TASKS, task.id, { ...task });
      }
    });
  },
  List: () => (
    <Provider store={store}>
      <Rows />
    </Provider>
  ),
};
