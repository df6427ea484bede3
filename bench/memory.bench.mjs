// @ts-check
// What an idle reader costs the server's memory: an authenticated session with two channels in Taskwire, a bare socket elsewhere.
import { residentBytesOf } from './support/service/process-cost.mjs';
import { CONTENDERS } from './support/service/servers.mjs';
import { build } from './support/service/start-service.mjs';
import { startSwarm } from './support/service/swarm.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 5;
const CONNECTIONS = 5_000;
const WARM_UP_CONNECTIONS = 500;

/** Both collections count what is held, not what happens to be free yet. */
const NODE_ARGS = ['--expose-gc'];

await build();
const swarm = await startSwarm();
/** @type {Map<string, number[]>} */
const bytes = new Map(CONTENDERS.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (let turn = 0; turn < CONTENDERS.length; turn++) {
    const contender = CONTENDERS[(turn + round) % CONTENDERS.length];
    if (!contender) continue;
    const perConnection = await measure(contender);
    bytes.get(contender.name)?.push(perConnection);
    console.log(`${contender.name}: ${Math.round(perConnection)} bytes`);
  }
}
await swarm.stop();

const own = bytes.get('taskwire') ?? [];
writeResult({
  name: 'memory',
  about: [
    `Resident memory that each of ${CONNECTIONS} idle connections adds to the server, after a collection, bytes; what the first`,
    `${WARM_UP_CONNECTIONS} cost is left out. Taskwire: authenticated sessions of the native protocol with two channels each; the`,
    `others: bare sockets without any session. ${ROUNDS} rounds of fresh processes, all in turn, medians.`,
  ].join(' '),
  rows: CONTENDERS.map(({ name }) => ({
    server: name,
    'bytes per connection': Math.round(medianOf(bytes.get(name) ?? [])),
    'vs ws': ratioTo(bytes.get(name) ?? []),
  })),
  ratios: { memory_vs_ws: ratioTo(own) },
});

/** @param {readonly number[]} values */
function ratioTo(values) {
  const ws = bytes.get('ws') ?? [];
  return roundTo(medianOf(values.map((value, round) => value / (ws[round] ?? Number.NaN))), 3);
}

/** @param {import('./support/service/servers.mjs').Contender} contender */
async function measure(contender) {
  const server = await contender.start(NODE_ARGS);
  const readers = Array.from({ length: WARM_UP_CONNECTIONS + CONNECTIONS }, (_, index) => server.reader(index));
  await swarm.open(readers.slice(0, WARM_UP_CONNECTIONS));
  const before = await held(server);
  await swarm.open(readers.slice(WARM_UP_CONNECTIONS));
  const after = await held(server);
  await swarm.drop();
  await server.stop();
  return (after - before) / CONNECTIONS;
}

/** @param {import('./support/service/servers.mjs').Server} server */
async function held(server) {
  await server.collect();
  await server.collect();
  return residentBytesOf(server.pid);
}
