// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { SERVICE_KEY } from '../../bench/support/service/start-service.mjs';
import { tokenOf } from '../../bench/support/service/tokens.mjs';
import { until } from './until.mjs';

/** Within this time of the answer a socket of another replica must be silent, milliseconds. */
const SILENT_MS = 1_000;

/** How long the changes go on after that, to see that it stays silent, milliseconds. */
const GO_ON_MS = 500;
const PATIENCE = { limitMs: 10_000, lookMs: 1 };

/** @typedef {ReturnType<typeof import('./replica.mjs').startReplica>} Replica */
/** @typedef {{ at: number, message?: any, code?: number }} Heard A message, or the end of the socket. */

/**
 * @typedef {object} Case One way to lose access: `prepare` makes what the loser hears of, `change` makes the loser hear of it,
 *   `take` takes it away, at the one replica; the loser listens at the other.
 * @property {string} name
 * @property {(people: People) => Promise<Prepared>} prepare
 * @typedef {object} Prepared
 * @property {readonly string[]} channels What the loser subscribes.
 * @property {() => Promise<unknown>} change
 * @property {() => Promise<unknown>} take
 * @property {(heard: Heard) => boolean} isTold Is this how the loser is told?
 * @typedef {{ owner: string, loser: string, jti: string, at: Replica }} People
 */

/** @type {readonly Case[]} */
const CASES = [
  {
    name: 'a share is taken back',
    async prepare(people) {
      const { owner, loser, at } = people;
      const { taskId, path, ...shared } = await share(people);
      return {
        ...shared,
        take: () => call(at, owner, 'DELETE', `${path}/shares`, { userId: loser }),
        isTold: ({ message }) => message?.type === 'access_removed' && message.target.taskId === taskId,
      };
    },
  },
  {
    name: 'a member is removed from a project',
    async prepare({ owner, loser, at }) {
      const { project } = await call(at, owner, 'POST', '/api/v1/projects', { name: 'Garden' });
      const path = `/api/v1/projects/${project.id}`;
      await call(at, owner, 'POST', `${path}/members`, { userId: loser });
      return {
        channels: [`project:${project.id}`],
        change: () => call(at, owner, 'POST', `${path}/tasks`, { title: `Dig ${crypto.randomUUID()}` }),
        take: () => call(at, owner, 'DELETE', `${path}/members`, { userId: loser }),
        isTold: ({ message }) =>
          message?.type === 'access_removed' && message.target.channel === `project:${project.id}`,
      };
    },
  },
  {
    name: 'the tokens of a user are revoked',
    prepare: (people) => revoking(people, { userId: people.loser }),
  },
  {
    name: 'one token is revoked',
    prepare: (people) => revoking(people, { jti: people.jti }),
  },
];

/** Makes a task that the loser sees. @param {People} people */
async function share({ owner, loser, at }) {
  const { task } = await call(at, owner, 'POST', '/api/v1/tasks', { title: 'Shared' });
  const path = `/api/v1/tasks/${task.id}`;
  await call(at, owner, 'POST', `${path}/shares`, { userId: loser });
  return {
    taskId: task.id,
    path,
    channels: [],
    change: () => call(at, owner, 'PATCH', path, { title: `Shared ${crypto.randomUUID()}` }),
  };
}

/** @param {People} people @param {object} what @returns {Promise<Prepared>} */
async function revoking(people, what) {
  const { channels, change } = await share(people);
  return {
    channels,
    change,
    take: () => send(`${people.at.internalUrl}/revocations`, SERVICE_KEY, 'POST', what),
    isTold: ({ code }) => code === 4401,
  };
}

/**
 * Takes access away at one replica, again and again, while changes go on, and measures until the socket at the other one is
 * told and silent.
 * @param {import('./stage.mjs').Stage} stage @param {number} rounds
 */
export async function drillSilence(stage, rounds) {
  const [at, other] = stage.replicas;
  if (at === undefined || other === undefined) throw new Error('This needs two replicas: --store postgres.');
  await Promise.all(stage.replicas.map((replica) => replica.ready()));
  /** @type {Record<string, string | number>} */
  const counts = {};
  /** @type {string[]} */
  const examples = [];
  for (const { name, prepare } of CASES) {
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const { ms, fault } = await loseAccess(prepare, at, other);
      times.push(ms);
      if (fault !== undefined) examples.push(`${name}: ${fault}`);
    }
    const sorted = times.toSorted((one, another) => one - another);
    counts[name] = `told after ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms`;
  }
  return { counts: { rounds, ...counts, faults: examples.length }, examples, isClean: examples.length === 0 };
}

/**
 * @param {Case['prepare']} prepare @param {Replica} at @param {Replica} other
 * @returns {Promise<{ ms: number, fault?: string }>}
 */
async function loseAccess(prepare, at, other) {
  const jti = crypto.randomUUID();
  const people = { owner: `owner-${jti}`, loser: `loser-${jti}`, jti, at };
  const { channels, change, take, isTold } = await prepare(people);
  const listener = listen(other, tokenOf(people.loser, { jti }), channels);
  try {
    await until('the loser stands', () => listener.heard.filter(isLastPage).length === 1 + channels.length, PATIENCE);
    let isOver = false;
    const changing = (async () => {
      while (!isOver) await change();
    })();
    await until('the loser hears changes', () => listener.heard.filter(isEvent).length >= 3, PATIENCE);
    await take();
    const takenAt = performance.now();
    await until('the loser is told', () => listener.heard.some(isTold), PATIENCE);
    const ms = Math.max(0, Math.round((listener.heard.find(isTold)?.at ?? 0) - takenAt));
    await sleep(Math.max(0, SILENT_MS - ms) + GO_ON_MS);
    isOver = true;
    await changing;
    const told = listener.heard.findIndex(isTold);
    const late = listener.heard.slice(told + 1).filter(isEvent).length;
    if (ms > SILENT_MS) return { ms, fault: `told after ${ms} ms` };
    return late === 0 ? { ms } : { ms, fault: `${late} events came after it was told` };
  } finally {
    listener.stop();
  }
}

/** @param {Replica} replica @param {string} token @param {readonly string[]} channels Besides the inbox. */
function listen(replica, token, channels) {
  /** @type {Heard[]} */
  const heard = [];
  const socket = new WebSocket(`${replica.url.replace('http', 'ws')}/ws`, ['taskwire.v1'], {
    perMessageDeflate: false,
  });
  socket.on('open', () => {
    const all = ['user:me', ...channels].map((channel) => ({ channel }));
    socket.send(JSON.stringify({ type: 'hello', token, clientId: crypto.randomUUID(), channels: all }));
  });
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    for (const one of message.type === 'batch' ? message.events : [message])
      heard.push({ at: performance.now(), message: one });
  });
  socket.on('close', (code) => heard.push({ at: performance.now(), code }));
  socket.on('error', () => {});
  return { heard, stop: () => socket.terminate() };
}

/** @param {Heard} heard */
function isLastPage({ message }) {
  return message?.type === 'snapshot' && message.last;
}

/** @param {Heard} heard */
function isEvent({ message }) {
  return message?.type === 'task_update';
}

/** @param {Replica} replica @param {string} user @param {string} method @param {string} path @param {object} body */
function call(replica, user, method, path, body) {
  return send(`${replica.url}${path}`, tokenOf(user), method, body);
}

/** @param {string} url @param {string} bearer @param {string} method @param {object} body @returns {Promise<any>} */
async function send(url, bearer, method, body) {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
