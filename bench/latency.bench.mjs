// @ts-check
// How long after somebody sends a change another client has it: Taskwire, whose change is on the disk by then, beside a relay
// that keeps nothing and one that makes the same commit.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startChild } from './support/child-process.mjs';
import { build, startService } from './support/service/start-service.mjs';
import { tokenOf } from './support/service/tokens.mjs';
import { medianOf, quantileOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 9;
const CHANGES = 200;
const RELAY = fileURLToPath(new URL('./support/service/relay-process.mjs', import.meta.url));
const LIMIT_MS = 30_000;

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} url Where changes are posted.
 * @property {string} socketUrl
 * @property {string} [token]
 * @property {() => Promise<void>} stop
 */

await build();
const folder = mkdtempSync(join(tmpdir(), 'taskwire-bench-relay-'));
const contenders = [
  await taskwire(),
  await relay('a relay that keeps nothing', []),
  await relay('a relay with the same commit', [folder]),
];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const listeners = new Map();
for (const contender of contenders) listeners.set(contender, await listen(contender));

/** @type {Map<Contender, number[][]>} */
const rounds = new Map(contenders.map((contender) => [contender, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (let turn = 0; turn < contenders.length; turn++) {
    const contender = /** @type {Contender} */ (contenders[(turn + round + 1) % contenders.length]);
    /** @type {number[]} */
    const times = [];
    for (let change = 0; change < CHANGES; change++) times.push(await timeChange(contender));
    if (round >= 0) rounds.get(contender)?.push(times);
  }
}
for (const { close } of listeners.values()) close();
agent.destroy();
for (const { stop } of contenders) await stop();
rmSync(folder, { recursive: true, force: true });

const p50 = (/** @type {number} */ index) =>
  (rounds.get(/** @type {Contender} */ (contenders[index])) ?? []).map((times) => medianOf(times));
const ratio = (/** @type {number} */ other) =>
  roundTo(medianOf(p50(0).map((ms, round) => ms / (p50(other)[round] ?? Number.NaN))), 3);
writeResult({
  name: 'latency',
  about: [
    `From the moment a client sends POST /tasks until another client's socket has the event, milliseconds; one change at a`,
    `time, ${CHANGES} a round, all in turn, ${ROUNDS} rounds after a warm-up; medians of the rounds. Both relays are node:http and`,
    'ws in one process; the durable one commits a task, an event, a counter and an answer with WAL and synchronous=FULL.',
  ].join(' '),
  rows: contenders.map((contender, index) => ({
    server: contender.name,
    'p50 ms': roundTo(medianOf(p50(index)), 3),
    'p95 ms': roundTo(medianOf((rounds.get(contender) ?? []).map((times) => quantileOf(times, 0.95))), 3),
  })),
  ratios: { latency_vs_relay: ratio(1), latency_vs_durable_relay: ratio(2) },
});

/** @returns {Promise<Contender>} */
async function taskwire() {
  const service = await startService();
  return {
    name: 'taskwire, durable',
    url: `${service.url}/api/v1/tasks`,
    socketUrl: `${service.url.replace('http', 'ws')}/ws`,
    token: tokenOf('bench'),
    stop: service.stop,
  };
}

/** @param {string} name @param {readonly string[]} args @returns {Promise<Contender>} */
async function relay(name, args) {
  const child = startChild(RELAY, args);
  const { port } = await child.answer(({ type }) => type === 'listening', LIMIT_MS);
  return { name, url: `http://127.0.0.1:${port}/`, socketUrl: `ws://127.0.0.1:${port}/ws`, stop: child.kill };
}

/** The other client. @param {Contender} contender */
async function listen({ socketUrl, token }) {
  const socket = new WebSocket(socketUrl, token ? ['taskwire.v1'] : [], { perMessageDeflate: false });
  let hear = (/** @type {string} */ _text) => {};
  socket.on('message', (data) => hear(data.toString()));
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', resolve);
  });
  if (token) {
    const subscribed = new Promise((resolve) => {
      hear = (text) => text.includes('"type":"snapshot"') && resolve(undefined);
    });
    socket.send(JSON.stringify({ type: 'hello', token, clientId: 'bench', channels: [{ channel: 'user:me' }] }));
    await subscribed;
  }
  return {
    /** Resolves with the time at which an event with this id came. @param {string} id */
    next: (id) =>
      new Promise((resolve) => {
        hear = (text) => text.includes(id) && resolve(performance.now());
      }),
    close: () => socket.terminate(),
  };
}

/** @param {Contender} contender */
async function timeChange(contender) {
  const { url, token } = contender;
  const id = crypto.randomUUID();
  const heard = listeners.get(contender).next(id);
  const body = JSON.stringify({ id, title: 'Water the plants on the balcony', priority: 'medium' });
  const begin = performance.now();
  const answered = new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'idempotency-key': id,
          ...(token && { authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
  const [at, status] = await Promise.all([heard, answered]);
  if (status !== 201) throw new Error(`A change was answered ${status}.`);
  return at - begin;
}
