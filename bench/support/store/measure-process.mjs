// @ts-check
// One contender in a process of its own: `node --expose-gc measure-process.mjs <name> <plan as JSON>` prints its figures.
import { performance } from 'node:perf_hooks';
import { medianOf } from '../statistics.mjs';
import { untilIdle } from '../until-idle.mjs';
import { CONTENDERS } from './contenders.mjs';
import { createTraffic } from './task-traffic.mjs';
import { playTimed, playTurns } from './timed-turns.mjs';

/**
 * @typedef {object} Plan
 * @property {readonly number[]} sizes The last one is the one whose heap is measured.
 * @property {number} events
 * @property {Readonly<Record<string, number>>} modes How many messages each kind of turn brings.
 * @property {number} seed
 * @property {number} limitMs What takes longer ends early, what takes less is repeated.
 * @property {boolean} isWhole Whether the heap is measured at the very end, however long that takes, and what is there is
 *   compared with what should be.
 */

/** @typedef {{ size: number, mode: string, microsPerEvent: number }} Figure */

const ROWS = 50;
const WINDOW = 50;
const WARM_UP_SIZE = 1_000;

/** At most so many stores for one figure. */
const PASSES = 3;

/** Messages in a turn, where the turns are not what is measured. */
const BURST = 100;

const [name = '', text = '{}'] = process.argv.slice(2);
/** @type {Plan} */
const plan = JSON.parse(text);
const load = CONTENDERS[name];
if (load === undefined) throw new Error(`"${name}" is none of ${Object.keys(CONTENDERS).join(', ')}.`);
const createContender = await load();

let seen = 0;
/** @param {string} title @param {boolean} completed */
const visit = (title, completed) => {
  seen += title.length + (completed ? 1 : 0);
};

/** @type {{ size: number, traffic: import('./task-traffic.mjs').Traffic }} */
let known = { size: 0, traffic: { tasks: [], messages: [], expected: new Map() } };
const size = plan.sizes.at(-1) ?? 0;
// First, while nothing else has been made in this process.
const { heapPerTask, wrong } = await weigh(trafficOf(size));
// Everything is compiled before the first time.
for (const perTurn of Object.values(plan.modes)) await time(WARM_UP_SIZE, perTurn, plan.limitMs);
/** @type {Figure[]} */
const figures = [];
for (const size of plan.sizes) {
  for (const [mode, perTurn] of Object.entries(plan.modes)) {
    figures.push({ size, mode, microsPerEvent: await time(size, perTurn, plan.limitMs) });
  }
}
const readAllVsCopy = await compareReading(size);
console.log(JSON.stringify({ figures, heapPerTask, wrong, readAllVsCopy, seen }));

/** The same for every pass; made once, since it takes longer than most passes. @param {number} size */
function trafficOf(size) {
  if (known.size !== size) known = { size, traffic: createTraffic({ size, events: plan.events, seed: plan.seed }) };
  return known.traffic;
}

/** What a store keeps once everything has happened. @param {import('./task-traffic.mjs').Traffic} traffic */
async function weigh(traffic) {
  await nextLoop();
  const before = heapBytes();
  const store = openStore(traffic);
  const limitMs = plan.isWhole ? Number.POSITIVE_INFINITY : plan.limitMs;
  await playTurns(turnsOf(traffic.messages, BURST), (messages) => store.turn(messages), { limitMs });
  await nextLoop();
  const heapPerTask = (heapBytes() - before) / store.count();
  return { heapPerTask, wrong: plan.isWhole ? countWrong(store.versions(), traffic.expected) : undefined };
}

/**
 * Microseconds per event, as `playTimed` counts them; the median of several stores, where there is time for several.
 * @param {number} size @param {number} perTurn @param {number} limitMs
 */
async function time(size, perTurn, limitMs) {
  const traffic = trafficOf(size);
  /** @type {number[]} */
  const passes = [];
  let spentMs = 0;
  while (passes.length < PASSES && spentMs < limitMs / PASSES) {
    const store = openStore(traffic);
    const turns = turnsOf(traffic.messages, perTurn);
    collect();
    // Else sweeping what the set-up left would count as the events' time.
    await untilIdle();
    const { micros, played } = await playTimed(turns, (messages) => store.turn(messages), limitMs);
    passes.push(micros / Math.min(played * perTurn, traffic.messages.length));
    spentMs += micros / 1_000;
  }
  return medianOf(passes);
}

/**
 * A store with its tasks, a list, and rows all over it.
 * @param {import('./task-traffic.mjs').Traffic} traffic
 */
function openStore({ tasks }) {
  const store = createContender();
  store.load(tasks.map((task) => JSON.parse(task)));
  store.onList(() => {
    seen += store.count();
    store.readWindow(WINDOW, visit);
  });
  for (let row = 0; row < ROWS; row++) {
    const { id } = JSON.parse(tasks[Math.floor((row * tasks.length) / ROWS)] ?? '{}');
    store.onRow(id, () => store.readRow(id, visit));
  }
  return store;
}

/** @param {readonly string[]} messages @param {number} perTurn */
function turnsOf(messages, perTurn) {
  /** @type {import('./task-traffic.mjs').TaskMessage[][]} */
  const turns = [];
  for (let begin = 0; begin < messages.length; begin += perTurn) {
    turns.push(messages.slice(begin, begin + perTurn).map((message) => JSON.parse(message)));
  }
  return turns;
}

/** Missing, left over, twice, or not the newest. @param {Iterable<readonly [string, number]>} found @param {ReadonlyMap<string, number>} expected */
function countWrong(found, expected) {
  const missing = new Map(expected);
  let wrong = 0;
  for (const [id, version] of found) {
    if (missing.get(id) !== version) wrong += 1;
    missing.delete(id);
  }
  return wrong + missing.size;
}

/** What reading the whole list after each turn costs, in copies of an array of the same length. @param {number} size */
async function compareReading(size) {
  const traffic = trafficOf(size);
  const store = openStore(traffic);
  const { readAll } = store;
  if (readAll === undefined) return undefined;
  const plain = [...readAll()];
  /** @type {number[]} */
  const readings = [];
  /** @type {number[]} */
  const copyings = [];
  /** @param {() => readonly unknown[]} make */
  const timeOf = (make) => {
    const begin = performance.now();
    seen += make().length;
    return performance.now() - begin;
  };
  const afterTurn = () => {
    readings.push(timeOf(readAll));
    copyings.push(timeOf(() => plain.slice()));
  };
  await playTurns(turnsOf(traffic.messages, BURST), (messages) => store.turn(messages), { afterTurn });
  return medianOf(readings) / medianOf(copyings);
}

function nextLoop() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What is reachable, after everything else is collected. */
function heapBytes() {
  collect();
  // What the first time only unlinked, finalizers and caches, goes the second time.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collect() {
  if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc.');
  globalThis.gc();
}
