// @ts-check

/** A row, the same for all. @param {{ task: import('../store/task-traffic.mjs').BenchTask }} props */
export function Row({ task }) {
  return (
    <li className={task.completed ? 'done' : 'open'} data-id={task.id}>
      <input type="checkbox" checked={task.completed} readOnly />
      <span>{task.title}</span>
      <em>{task.priority}</em>
    </li>
  );
}
