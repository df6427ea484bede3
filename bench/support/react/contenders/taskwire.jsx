// @ts-check
import { memo } from 'react';
import { useTask, useTaskIds, useTaskStore } from 'taskwire';
import { drawRow } from '../rows';

const Row = memo((/** @type {{ id: string }} */ { id }) => {
  const task = useTask(id);
  return task === undefined ? null : drawRow(/** @type {any} */ (task));
});

const Chunk = memo((/** @type {{ ids: readonly string[] }} */ { ids }) => ids.map((id) => <Row id={id} key={id} />));

function List() {
  return useTaskIds().map((ids) => <Chunk ids={ids} key={ids[0]} />);
}

/** The packed library: rows by id in memoised chunks. @type {import('../rows').Contender} */
export const contender = {
  load(tasks) {
    const { handleWebSocketMessage } = useTaskStore.getState();
    for (const task of tasks) handleWebSocketMessage({ type: 'task_update', event: 'task.created', task });
  },
  deliver(messages) {
    for (const message of messages) useTaskStore.getState().handleWebSocketMessage(message);
  },
  List,
};
