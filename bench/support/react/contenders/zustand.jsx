// @ts-check
import { memo } from 'react';
import { create } from 'zustand';
import { isNews } from '../../store/contender.mjs';
import { drawRow } from '../rows';

const useStore = create(() => ({ tasks: /** @type {Map<string, import('../rows').BenchTask>} */ (new Map()) }));

const Row = memo((/** @type {{ task: import('../rows').BenchTask }} */ { task }) => drawRow(task));

function List() {
  const tasks = useStore((state) => state.tasks);
  return [...tasks.values()].map((task) => <Row key={task.id} task={task} />);
}

/** Zustand: a copied map, memoised rows. @type {import('../rows').Contender} */
export const contender = {
  load: (loaded) => useStore.setState({ tasks: new Map(loaded.map((task) => [task.id, task])) }),
  deliver(messages) {
    const tasks = new Map(useStore.getState().tasks);
    for (const { task } of messages) if (isNews(tasks.get(task.id)?.version, task)) tasks.set(task.id, task);
    useStore.setState({ tasks });
  },
  List,
};
