// @ts-check
import { create } from 'zustand';
import { drawRow } from '../rows';

const useTaskStore = create(() => ({ tasks: /** @type {readonly import('../rows').BenchTask[]} */ ([]) }));

/** @param {{ task: import('../rows').BenchTask }} props */
function Row({ task }) {
  return drawRow(task);
}

function List() {
  const { tasks } = useTaskStore();
  return tasks.map((task) => <Row key={task.id} task={task} />);
}

/** The list that seed 001 shows: the whole array, a new one for each message. @type {import('../rows').Contender} */
export const contender = {
  load: (tasks) => useTaskStore.setState({ tasks }),
  deliver(messages) {
    for (const { task } of messages) {
      useTaskStore.setState(({ tasks }) => ({ tasks: tasks.map((old) => (old.id === task.id ? task : old)) }));
    }
  },
  List,
};
