// @ts-check
// What one event costs the server for each reader that it is delivered to, Taskwire with its durable log beside servers that
// only send.
import { cpuMsOf } from './support/service/process-cost.mjs';
import { BARE_WRITES, CONTENDERS } from './support/service/servers.mjs';
import { build } from './support/service/start-service.mjs';
import { startSwarm } from './support/service/swarm.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

/** `BENCH_ROUNDS` asks for fewer. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const READERS = [1_000, 5_000];
const EVENTS_PER_TURN = [1, 10];

/** Deliveries of one measurement, so that a clock tick or a collection is a small part of it. */
const DELIVERIES = 200_000;
/** Before each measurement, of every server alike: what is measured runs for days, not for its first seconds. */
const WARM_UP_DELIVERIES = 300_000;
/** And at least so many turns to a thousand readers, a fifth of that to 5,000: ten events a turn make deliveries quickly. */
const WARM_UP_TURNS = 100;
/** Before all of that so many turns to a few readers: what a server does once a turn is compiled late. */
const FIRST_TURNS = 3_000;
const FIRST_READERS = 20;

const SERVERS = [...CONTENDERS, BARE_WRITES];

await build();
const swarm = await startSwarm();
/** Nanoseconds of the server's processor time per delivery, by contender and case. @type {Map<string, number[]>} */
const costs = new Map();

for (const readers of READERS) {
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < SERVERS.length; turn++) {
      const contender = SERVERS[(turn + round) % SERVERS.length];
      if (contender) await measure(contender, readers);
    }
  }
}
await swarm.stop();

const cost = (/** @type {string} */ name, /** @type {number} */ readers, /** @type {number} */ perTurn) =>
  medianOf(costs.get(keyOf(name, readers, perTurn)) ?? []);
const ratio = (/** @type {number} */ perTurn) =>
  roundTo(Math.max(...READERS.map((readers) => pairwise(readers, perTurn))), 3);
writeResult({
  name: 'fanout',
  about: [
    `Processor time of the whole server process (all threads) per event and reader, microseconds; ${DELIVERIES} deliveries a`,
    `round to readers in another process, after ${WARM_UP_DELIVERIES} of every server alike to warm up, at least`,
    `${WARM_UP_TURNS} turns to 1,000 readers and ${WARM_UP_TURNS / 5} to 5,000, and before them ${FIRST_TURNS} turns to`,
    `${FIRST_READERS} (what is measured runs for days), ${ROUNDS} rounds of fresh processes, all in turn, medians. Events are`,
    'about 600 characters, one or ten in a turn, each turn waits for all readers. Taskwire: published over HTTP, committed to',
    'SQLite, and sent on in its native protocol; the others send what they are told, bare writes are one ready piece a turn.',
    'Ratios: the median of the ratios of each round, at the worse number of readers.',
  ].join(' '),
  rows: SERVERS.map(({ name }) => ({
    server: name,
    ...Object.fromEntries(
      READERS.flatMap((readers) =>
        EVENTS_PER_TURN.map((perTurn) => [
          `${readers} readers, ${perTurn} a turn`,
          roundTo(cost(name, readers, perTurn) / 1_000, 3),
        ]),
      ),
    ),
  })),
  ratios: { fanout_1_vs_ws: ratio(1), fanout_10_vs_ws: ratio(10) },
});

/** @param {import('./support/service/servers.mjs').Contender} contender @param {number} readers */
async function measure(contender, readers) {
  const server = await contender.start([]);
  await openReaders(server, FIRST_READERS);
  await emitTurns(server, 1, FIRST_TURNS);
  await swarm.drop();
  await openReaders(server, readers);
  for (const perTurn of EVENTS_PER_TURN) {
    const warmUpTurns = Math.max(WARM_UP_DELIVERIES / readers / perTurn, (WARM_UP_TURNS * 1_000) / readers);
    await emitTurns(server, perTurn, Math.ceil(warmUpTurns));
    const turns = Math.ceil(DELIVERIES / readers / perTurn);
    const before = cpuMsOf(server.pid);
    await emitTurns(server, perTurn, turns);
    const nanoseconds = ((cpuMsOf(server.pid) - before) * 1e6) / (turns * perTurn * readers);
    const key = keyOf(contender.name, readers, perTurn);
    costs.set(key, [...(costs.get(key) ?? []), nanoseconds]);
    console.log(`${key}: ${Math.round(nanoseconds)} ns`);
  }
  await swarm.drop();
  await server.stop();
}

/** @param {import('./support/service/servers.mjs').Server} server @param {number} count */
async function openReaders(server, count) {
  await swarm.open(Array.from({ length: count }, (_, index) => server.reader(index)));
}

/** @param {import('./support/service/servers.mjs').Server} server @param {number} perTurn @param {number} turns */
async function emitTurns(server, perTurn, turns) {
  for (let turn = 0; turn < turns; turn++) {
    const mark = `mark ${crypto.randomUUID()}`;
    await swarm.hear(mark, () => server.emit(perTurn, mark));
  }
}

/** @param {number} readers @param {number} perTurn */
function pairwise(readers, perTurn) {
  const [own, ws] = ['taskwire', 'ws'].map((name) => costs.get(keyOf(name, readers, perTurn)) ?? []);
  return medianOf((own ?? []).map((value, round) => value / (ws?.[round] ?? Number.NaN)));
}

/** @param {string} name @param {number} readers @param {number} perTurn */
function keyOf(name, readers, perTurn) {
  return `${name}, ${readers} readers, ${perTurn} a turn`;
}
