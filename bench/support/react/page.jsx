// @ts-check
// What runs in the browser: the list of one contender, and a function that plays updates through it.
import { contender } from 'contender';
import { createRoot } from 'react-dom/client';
import { createSeededRandom } from '../seeded-random.mjs';
import { createTraffic } from '../store/task-traffic.mjs';
import { drawnRows } from './rows';

const ROWS = 1_000;
const SEED = 20_261_121;

/** @type {import('./rows').BenchTask[]} */
const tasks = createTraffic({ size: ROWS, events: 0, seed: SEED }).tasks.map((task) => JSON.parse(task));
const random = createSeededRandom(SEED);

/** The end of the turn, and of what was put off until then. */
const { port1, port2 } = new MessageChannel();
const turnOver = () =>
  new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });

// Nothing is laid out or painted: that is the same for all and not what is compared.
const container = document.createElement('div');
container.style.display = 'none';
document.body.append(container);

contender.load(tasks.map((task) => structuredClone(task)));
createRoot(container).render(<contender.List />);

/**
 * Plays turns, one after the other, each with changes of so many different rows.
 * @param {{ turns: number, perTurn: number, isIdle?: boolean }} options `isIdle`: the same without telling the list.
 */
async function play({ turns, perTurn, isIdle = false }) {
  const messages = Array.from({ length: turns }, () => nextTurn(perTurn, isIdle));
  const before = drawnRows();
  const begin = performance.now();
  for (const turn of messages) {
    if (!isIdle) contender.deliver(turn);
    await turnOver();
  }
  return { ms: performance.now() - begin, draws: drawnRows() - before };
}

/** @param {number} count @param {boolean} isIdle @returns {import('./rows').TaskMessage[]} */
function nextTurn(count, isIdle) {
  /** @type {Set<number>} */
  const places = new Set();
  while (places.size < count) places.add(Math.floor(random() * ROWS));
  return [...places].map((place) => {
    const old = /** @type {import('./rows').BenchTask} */ (tasks[place]);
    const title = `Call customer ${Math.floor(random() * 1e6)} about the invoice`;
    const task = { ...old, title, version: old.version + 1 };
    if (!isIdle) tasks[place] = task;
    return { type: 'task_update', event: 'task.updated', task: { ...task }, timestamp: task.updatedAt };
  });
}

/** How many rows the page shows, and how many show something else than they should; in whatever order. */
function inspect() {
  const titles = [...container.querySelectorAll('span')].map(({ textContent }) => textContent).sort();
  const expected = tasks.map(({ title }) => title).sort();
  return { rows: titles.length, wrong: expected.filter((title, index) => titles[index] !== title).length };
}

Object.assign(window, { bench: { play, inspect } });
