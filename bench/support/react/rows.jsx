// @ts-check

/** @typedef {import('../store/task-traffic.mjs').BenchTask} BenchTask */
/** @typedef {import('../store/task-traffic.mjs').TaskMessage} TaskMessage */

/**
 * A list as an application would build it on a store.
 * @typedef {object} Contender
 * @property {(tasks: readonly BenchTask[]) => void} load Before the first render.
 * @property {(messages: readonly TaskMessage[]) => void} deliver What arrives in one turn, in the store's cheapest way.
 * @property {import('react').ComponentType} List
 */

const drawn = { rows: 0 };

/** How many rows have been rendered so far. */
export const drawnRows = () => drawn.rows;

/** What a row shows, the same for all; every row calls it once a render. @param {BenchTask} task */
export function drawRow(task) {
  drawn.rows += 1;
  return (
    <li className={task.completed ? 'done' : 'open'}>
      <input type="checkbox" checked={task.completed} readOnly />
      <span>{task.title}</span>
      <em>{task.priority}</em>
    </li>
  );
}
