// @ts-check
// What a store costs per event, and whether it ends with the right tasks, beside the stores that people use today.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackedLibrary } from './support/packed-library.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { CONTENDERS } from './support/store/contenders.mjs';
import { writeResult } from './support/write-result.mjs';

/** Fewer where there is little time; the table says how many there were. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/** @type {Omit<import('./support/store/measure-process.mjs').Plan, 'isWhole'>} */
const PLAN = {
  sizes: [1_000, 10_000, 50_000],
  events: 20_000,
  modes: { 'a turn of 100': 100, 'a turn of 1': 1 },
  seed: 20_261_121,
  limitMs: 450,
};
const [SMALL, , LARGE] = PLAN.sizes;
const [BURST, TRICKLE] = Object.keys(PLAN.modes);

const MEASURE = fileURLToPath(new URL('./support/store/measure-process.mjs', import.meta.url));

await installPackedLibrary();

const names = Object.keys(CONTENDERS);
const rounds = new Map(names.map((name) => [name, /** @type {Measured[]} */ ([])]));
for (let round = 0; round < ROUNDS; round++) {
  const first = round % names.length;
  // Each round begins with another one, so that none always has the same neighbour.
  for (const name of [...names.slice(first), ...names.slice(0, first)]) {
    const measured = await measure(name, round === 0);
    rounds.get(name)?.push(measured);
    console.log(`round ${round + 1} of ${ROUNDS}, ${name}:`, timesOf([measured]));
  }
}

const rows = [...rounds].map(([name, measured]) => ({
  store: name,
  ...timesOf(measured),
  'heap per task, bytes': roundTo(medianOf(measured.map(({ heapPerTask }) => heapPerTask))),
  'wrong tasks': measured[0]?.wrong ?? Number.NaN,
}));
const readAllVsCopy = medianOf((rounds.get('taskwire') ?? []).flatMap((measured) => measured.readAllVsCopy ?? []));

writeResult({
  name: 'store',
  about: [
    `${PLAN.events} events (70 % updates, 15 % creates, 15 % deletes; of all 1 % come twice and 1 % late) meet a list of N tasks,`,
    'a list subscriber that reads the count and the first 50 rows, and 50 row subscribers. Figures are microseconds of',
    'processor time per event, whatever the store does at once or puts off, without the event loop itself; 100 events per turn and 1.',
    'What the set-up left is collected and swept before the first event.',
    'All compare versions and remember deletes, save seed 001; each turn is one transaction, batch or copy where the store has',
    `one. Fresh processes in turn, ${ROUNDS} rounds, medians; what needs more than ${PLAN.limitMs} ms is timed over the events that`,
    `fit in. Heap per task: after all events at N = ${LARGE}, subscribers included. Wrong tasks: missing, left over, twice or`,
    'not the newest at the end.',
  ].join(' '),
  rows,
  ratios: {
    store_50k_vs_yjs: ratioOf((name) => timeOf(name, LARGE, BURST)),
    store_trickle_vs_yjs: ratioOf((name) => timeOf(name, LARGE, TRICKLE)),
    store_growth: roundTo(timeOf('taskwire', LARGE, BURST) / timeOf('taskwire', SMALL, BURST), 3),
    store_wrong_tasks: rows.find(({ store }) => store === 'taskwire')?.['wrong tasks'] ?? Number.NaN,
    store_heap_vs_yjs: ratioOf((name) => medianOf((rounds.get(name) ?? []).map(({ heapPerTask }) => heapPerTask))),
    store_read_all_vs_copy: roundTo(readAllVsCopy, 3),
  },
});

/** @typedef {{ figures: import('./support/store/measure-process.mjs').Figure[], heapPerTask: number, wrong?: number, readAllVsCopy?: number }} Measured */

/** @param {string} name @param {boolean} isWhole @returns {Promise<Measured>} */
async function measure(name, isWhole) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', MEASURE, name, JSON.stringify({ ...PLAN, isWhole })],
    { env: { ...process.env, NODE_ENV: 'production' } },
  );
  return JSON.parse(stdout);
}

/** The medians of one contender, by the table's columns. @param {readonly Measured[]} measured */
function timesOf(measured) {
  const columns = PLAN.sizes.flatMap((size) => Object.keys(PLAN.modes).map((mode) => ({ size, mode })));
  return Object.fromEntries(
    columns.map(({ size, mode }) => [`N ${size}, ${mode}`, roundTo(medianOf(timesAt(measured, size, mode)), 2)]),
  );
}

/** @param {string} name @param {number | undefined} size @param {string | undefined} mode */
function timeOf(name, size, mode) {
  return medianOf(timesAt(rounds.get(name) ?? [], size, mode));
}

/** @param {readonly Measured[]} measured @param {number | undefined} size @param {string | undefined} mode */
function timesAt(measured, size, mode) {
  return measured
    .flatMap(({ figures }) => figures)
    .filter((figure) => figure.size === size && figure.mode === mode)
    .map(({ microsPerEvent }) => microsPerEvent);
}

/** Taskwire's figure in multiples of Yjs's. @param {(name: string) => number} figureOf */
function ratioOf(figureOf) {
  return roundTo(figureOf('taskwire') / figureOf('Yjs'), 3);
}
