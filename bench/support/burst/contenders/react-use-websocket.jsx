// @ts-check
import { memo, useEffect, useState } from 'react';
import * as library from 'react-use-websocket';
import { Row } from '../row';

/** @typedef {import('../../store/task-traffic.mjs').BenchTask} BenchTask */

// CommonJS, whose default stands one deeper here than in an application.
const useWebSocket = /** @type {any} */ (library.default).default ?? library.default;

const MemoRow = memo(Row);

/** As its own documentation shows it: the last message goes into a state, in an effect. */
export function App() {
  const { lastJsonMessage } = useWebSocket(location.origin.replace('http', 'ws'));
  const [tasks, setTasks] = useState(/** @type {readonly BenchTask[]} */ ([]));
  useEffect(() => {
    const message = /** @type {any} */ (lastJsonMessage);
    if (message?.type === 'list') setTasks(message.tasks);
    if (message?.type !== 'task_update') return;
    const { task } = message;
    setTasks((before) => before.map((old) => (old.id === task.id ? task : old)));
  }, [lastJsonMessage]);
  return (
    <ul>
      {tasks.map((task) => (
        <MemoRow key={task.id} task={task} />
      ))}
    </ul>
  );
}
