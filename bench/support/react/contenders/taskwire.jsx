// @ts-check
import { TaskRows, useTaskStore } from 'taskwire';
import { drawRow } from '../rows';

const Row = (/** @type {{ task: any }} */ { task }) => drawRow(task);

const List = () => <TaskRows row={Row} />;

/** The packed library: its `TaskRows`. @type {import('../rows').Contender} */
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
