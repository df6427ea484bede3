// @ts-check
import { createSeededRandom } from '../seeded-random.mjs';

/**
 * @typedef {object} BenchTask
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {string} status
 * @property {boolean} completed
 * @property {string} priority
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} ownerId
 * @property {string} projectId
 * @property {number} version
 */

/**
 * A message of seed 001 with the task's version; a delete carries id and version alone.
 * @typedef {object} TaskMessage
 * @property {'task_update'} type
 * @property {'task.created' | 'task.updated' | 'task.completed' | 'task.deleted'} event
 * @property {BenchTask} task
 * @property {string} timestamp
 */

/**
 * @typedef {object} Traffic
 * @property {readonly string[]} tasks What is there at the beginning, one JSON text each.
 * @property {readonly string[]} messages What arrives, in the order of arrival, one JSON text each.
 * @property {ReadonlyMap<string, number>} expected The versions of the tasks that are there at the end.
 */

const UPDATE_SHARE = 0.7;
const CREATE_SHARE = 0.15;

/** Of the messages, how many come a second time, and how many come late. */
const DUPLICATE_SHARE = 0.01;
const LATE_SHARE = 0.01;

/** So many places later at most. */
const MAX_DUPLICATE_DELAY = 200;
const MAX_LATE_DELAY = 50;

/** Some changes follow another one of the same task: people save what they type piece by piece. */
const FOLLOW_UP_SHARE = 0.1;
const RECENT = 20;

const PRIORITIES = ['low', 'medium', 'high', 'urgent'];

/**
 * The same traffic for everybody: a list of `size` tasks, and `events` messages: 70 % updates, 15 % creates, 15 % deletes of
 * tasks drawn from the whole list.
 * @param {{ size: number, events: number, seed: number }} options
 * @returns {Traffic}
 */
export function createTraffic({ size, events, seed }) {
  const server = createServer(createSeededRandom(seed));
  const tasks = Array.from({ length: size }, () => JSON.stringify(server.create().task));
  const random = createSeededRandom(seed + 1);
  const duplicates = Math.round(events * DUPLICATE_SHARE);
  const sent = Array.from({ length: events - duplicates }, () => {
    const draw = random();
    if (draw < UPDATE_SHARE) return server.update();
    return draw < UPDATE_SHARE + CREATE_SHARE ? server.create() : server.remove();
  });
  const arrivals = sent.map((message, index) => ({ message, at: index }));
  for (let count = 0; count < Math.round(events * LATE_SHARE); count++) {
    const arrival = arrivals[Math.floor(random() * sent.length)];
    if (arrival) arrival.at += 1 + random() * MAX_LATE_DELAY;
  }
  for (let count = 0; count < duplicates; count++) {
    const index = Math.floor(random() * sent.length);
    const message = sent[index];
    if (message) arrivals.push({ message, at: index + 1 + random() * MAX_DUPLICATE_DELAY });
  }
  arrivals.sort((a, b) => a.at - b.at);
  return { tasks, messages: arrivals.map(({ message }) => JSON.stringify(message)), expected: server.versions() };
}

/** The side that decides: knows every task, and what happens next. @param {() => number} random */
function createServer(random) {
  /** @type {BenchTask[]} */
  const tasks = [];
  /** @type {BenchTask[]} */
  const recent = [];
  let clock = Date.UTC(2026, 0, 1);
  const now = () => {
    clock += 1_000;
    return new Date(clock).toISOString();
  };
  /** @param {TaskMessage['event']} event @param {any} task @returns {TaskMessage} */
  const messageOf = (event, task) => ({ type: 'task_update', event, task, timestamp: now() });
  const pick = () => {
    const followed = random() < FOLLOW_UP_SHARE ? recent[Math.floor(random() * recent.length)] : undefined;
    const index = followed ? tasks.indexOf(followed) : -1;
    return index >= 0 ? index : Math.floor(random() * tasks.length);
  };
  /** @param {BenchTask} task */
  const remember = (task) => {
    recent.push(task);
    if (recent.length > RECENT) recent.shift();
  };
  return {
    create() {
      const time = now();
      const count = Math.floor(random() * 1e6);
      const task = {
        id: uuidFrom(random),
        title: `Call customer ${count} about the invoice`,
        description: `Ask whether invoice ${count} has arrived, and when it will be paid.`,
        status: 'pending',
        completed: false,
        priority: PRIORITIES[count % PRIORITIES.length] ?? 'low',
        createdAt: time,
        updatedAt: time,
        ownerId: 'user-4f6a',
        projectId: `project-${count % 50}`,
        version: 1,
      };
      tasks.push(task);
      return messageOf('task.created', task);
    },
    update() {
      const index = pick();
      const task = { .../** @type {BenchTask} */ (tasks[index]) };
      const completes = random() < 0.3 && !task.completed;
      if (completes) Object.assign(task, { status: 'completed', completed: true });
      else task.title = `Call customer ${Math.floor(random() * 1e6)} about the invoice`;
      task.version += 1;
      task.updatedAt = now();
      tasks[index] = task;
      remember(task);
      return messageOf(completes ? 'task.completed' : 'task.updated', task);
    },
    remove() {
      const index = pick();
      const { id, version } = /** @type {BenchTask} */ (tasks[index]);
      const last = tasks.pop();
      if (last && index < tasks.length) tasks[index] = last;
      return messageOf('task.deleted', { id, version: version + 1 });
    },
    versions: () => new Map(tasks.map(({ id, version }) => [id, version])),
  };
}

/** @param {() => number} random */
function uuidFrom(random) {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}
