// @ts-check
// Ten thousand clients lose their connection in one instant and come back together, each with its own position: Taskwire with
// recovery beside a bare `ws` server that verifies a token and answers once.
import { fileURLToPath } from 'node:url';
import { startChild } from './support/child-process.mjs';
import { build, SERVICE_KEY, startService } from './support/service/start-service.mjs';
import { startSwarm } from './support/service/swarm.mjs';
import { tokenOf } from './support/service/tokens.mjs';
import { medianOf, quantileOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 5;
const CLIENTS = 10_000;
const USERS = 1_000;
/** Published while everybody is away, to every user. */
const MISSED = 3;
/** How many dial at a time: a kernel drops more, and then a second of waiting would be measured. */
const DIALING = 1_000;
const LIMIT_MS = 60_000;
const BARE = fileURLToPath(new URL('./support/service/bare-process.mjs', import.meta.url));
const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
const tokens = new Map(users.map((user) => [user, tokenOf(user)]));

await build();
const swarms = [await startSwarm(), await startSwarm()];
/** @type {{ readonly own: Round, readonly bare: Round }[]} */
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const order = [async () => taskwireRound(), async () => bareRound()];
  if (round % 2 === 1) order.reverse();
  const played = [await order[0]?.(), await order[1]?.()];
  if (round % 2 === 1) played.reverse();
  const [own, bare] = /** @type {[Round, Round]} */ (played);
  rounds.push({ own, bare });
  console.log({ own, bare });
}
for (const swarm of swarms) await swarm.stop();

writeResult({
  name: 'storm',
  about: [
    `${CLIENTS} clients of ${USERS} users are dropped in one instant and dial again, ${DIALING} at a time in each of ${swarms.length} processes, until all are`,
    `back. Taskwire: each has its position and missed ${MISSED} events, and is back when it has them; bare: ws, a JWT of the same kind`,
    `verified by jose, one answer. ${ROUNDS} rounds, in turn, medians; the ratio is the median of the ratios of each round.`,
  ].join(' '),
  rows: [
    rowOf(
      'taskwire',
      rounds.map(({ own }) => own),
    ),
    rowOf(
      'bare ws with JWT',
      rounds.map(({ bare }) => bare),
    ),
  ],
  ratios: {
    storm_vs_ws: roundTo(medianOf(rounds.map(({ own, bare }) => own.ms / bare.ms)), 3),
    storm_snapshots: rounds.reduce((sum, { own }) => sum + own.snapshots, 0),
    storm_not_resumed: rounds.reduce((sum, { own }) => sum + CLIENTS - own.resumed, 0),
  },
});

/** @typedef {{ readonly ms: number, readonly p95: number, readonly resumed: number, readonly snapshots: number }} Round */

/** @param {string} server @param {readonly Round[]} played */
function rowOf(server, played) {
  return {
    server,
    'all back, ms': Math.round(medianOf(played.map(({ ms }) => ms))),
    'p95 back, ms': Math.round(medianOf(played.map(({ p95 }) => p95))),
    resumed: medianOf(played.map(({ resumed }) => resumed)),
    snapshots: medianOf(played.map(({ snapshots }) => snapshots)),
  };
}

/** @returns {Promise<Round>} */
async function taskwireRound() {
  const service = await startService();
  const url = `${service.url.replace('http', 'ws')}/ws`;
  /** Each user's position before anybody is dropped. */
  await publish(service.url, 'before');
  const positions = await positionsOf(service.url);
  const reader = (/** @type {number} */ index, /** @type {boolean} */ isBack) => {
    const user = users[index % USERS] ?? '';
    const position = positions.get(user);
    const hello = {
      type: 'hello',
      token: tokens.get(user),
      clientId: `c${index}`,
      channels: [{ channel: 'user:me', position }],
    };
    return {
      url,
      protocol: 'taskwire.v1',
      first: [JSON.stringify(hello)],
      ready: isBack ? ['"recovered":true', `missed ${MISSED - 1}`] : ['"recovered":true'],
    };
  };
  await openAll((index) => reader(index, false));
  await Promise.all(swarms.map((swarm) => swarm.drop()));
  for (let missed = 0; missed < MISSED; missed++) await publish(service.url, `missed ${missed}`);
  const back = await openAll((index) => reader(index, true));
  await Promise.all(swarms.map((swarm) => swarm.drop()));
  await service.stop();
  const resumed = back.heard.get('"recovered":true') ?? 0;
  return { ms: back.ms, p95: back.p95, resumed, snapshots: CLIENTS - resumed };
}

/** @returns {Promise<Round>} */
async function bareRound() {
  const child = startChild(BARE, []);
  const { port } = await child.answer(({ type }) => type === 'listening', LIMIT_MS);
  const reader = (/** @type {number} */ index) => ({
    url: `ws://127.0.0.1:${port}/ws`,
    first: [JSON.stringify({ type: 'hello', token: tokens.get(users[index % USERS] ?? '') })],
    ready: ['"welcome"'],
  });
  await openAll(reader);
  await Promise.all(swarms.map((swarm) => swarm.drop()));
  const { ms, p95 } = await openAll(reader);
  await Promise.all(swarms.map((swarm) => swarm.drop()));
  await child.kill();
  return { ms, p95, resumed: 0, snapshots: 0 };
}

/** @param {(index: number) => import('./support/service/swarm-process.mjs').Reader} readerOf */
async function openAll(readerOf) {
  const share = CLIENTS / swarms.length;
  const begin = performance.now();
  const opened = await Promise.all(
    swarms.map((swarm, part) =>
      swarm.open(
        Array.from({ length: share }, (_, index) => readerOf(part * share + index)),
        DIALING,
      ),
    ),
  );
  const ms = performance.now() - begin;
  /** @type {Map<string, number>} */
  const heard = new Map();
  for (const part of opened) {
    for (const [text, count] of Object.entries(part.heard)) heard.set(text, (heard.get(text) ?? 0) + count);
  }
  return {
    ms,
    p95: quantileOf(
      opened.flatMap(({ times }) => times),
      0.95,
    ),
    heard,
  };
}

/** One task for each user. @param {string} url @param {string} title */
async function publish(url, title) {
  const PAGE = 100;
  for (let start = 0; start < USERS; start += PAGE) {
    const events = users.slice(start, start + PAGE).map((user) => {
      const id = crypto.randomUUID();
      return { id: crypto.randomUUID(), event_type: 'TASK_ADDED', user_id: user, task_id: id, task: { id, title } };
    });
    const answer = await fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    const body = await answer.json();
    if (body.accepted !== events.length)
      throw new Error(`Events were answered ${answer.status} ${JSON.stringify(body)}.`);
  }
}

/** @param {string} url */
async function positionsOf(url) {
  /** @type {Map<string, unknown>} */
  const positions = new Map();
  for (const user of users) {
    const answer = await fetch(`${url}/api/v1/tasks`, { headers: { authorization: `Bearer ${tokens.get(user)}` } });
    const body = await answer.json();
    positions.set(user, body.positions[`user:${user}`]);
  }
  return positions;
}
