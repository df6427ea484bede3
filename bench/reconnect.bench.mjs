// @ts-check
// What a server has to stand when it comes back: ten thousand clients on a virtual clock, and a thousand real sockets beside
// the clients that people use today.
import { bundleLibrary } from './support/bundle-library.mjs';
import { CONTENDERS } from './support/reconnect/contenders.mjs';
import { dropHerd } from './support/reconnect/herd.mjs';
import { playRound } from './support/reconnect/restart-round.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const HERD_CLIENTS = 10_000;
const HERD_SEED = 20_261_121;

const SOCKETS = 1_000;

/** How long the server is away, a round each, milliseconds: from a quick restart to a slow one. */
const ROUNDS_MS = [500, 1_000, 2_000, 4_000, 8_000];

const bundle = await bundleLibrary('@/lib/websocket');

const library = await import(bundle);
const outage = dropHerd(library, { clients: HERD_CLIENTS, seed: HERD_SEED });
const worst = dropHerd(library, { clients: HERD_CLIENTS, seed: HERD_SEED, isAtCap: true });
const herdRow = { client: 'taskwire', clients: HERD_CLIENTS, counted: 'sockets made, virtual time' };

const rounds = new Map(
  CONTENDERS.map(({ name }) => [name, /** @type {import('./support/reconnect/restart-round.mjs').Round[]} */ ([])]),
);
for (const [index, downMs] of ROUNDS_MS.entries()) {
  // Each round begins with another one, so that none always has the same neighbour.
  for (const contender of [...CONTENDERS.slice(index), ...CONTENDERS.slice(0, index)]) {
    const round = await playRound(contender, { clients: SOCKETS, downMs, bundle });
    rounds.get(contender.name)?.push(round);
    console.log(`down ${downMs} ms, ${contender.name}:`, round);
  }
}
const restarts = CONTENDERS.map(({ name }) => describeRestarts(name));
const [taskwire, partysocket] = ['taskwire', 'partysocket'].map((name) => restarts.find((row) => row.client === name));

writeResult({
  name: 'reconnect',
  about: [
    `herd: ${HERD_CLIENTS} of the library's clients, dropped in one instant and refused for 10 minutes, on one virtual clock (seed ${HERD_SEED}).`,
    `Restart: ${SOCKETS} sockets on loopback, their server killed and back after ${ROUNDS_MS.map((ms) => ms / 1_000).join(', ')} s,`,
    'one round each, all clients in turn with their own defaults; medians of the rounds. Peaks are the most dials in any 100 ms:',
    'every outgoing TCP connection, whether it succeeds or not, by when its timer was due ("as done" is when this machine got',
    'round to it). Back is from the kill until the client itself says that it is connected.',
  ].join(' '),
  rows: [
    { case: 'herd: one round at the cap', ...herdRow, peak: worst.roundPeak, dials: HERD_CLIENTS },
    { case: 'herd: at the cap, together', ...herdRow, peak: worst.sustainedPeak, dials: worst.dials },
    { case: 'herd: at the cap, from the drop', ...herdRow, peak: outage.sustainedPeak, dials: outage.dials },
    { case: 'herd: the first second', ...herdRow, peak: outage.firstPeak, dials: outage.dials },
    ...restarts,
  ],
  ratios: {
    herd_cap_peak: worst.roundPeak,
    herd_sustained_peak: Math.max(worst.sustainedPeak, outage.sustainedPeak),
    herd_distinct_share: outage.distinctShare,
    reconnect_peak_vs_partysocket: ratioOf('peak'),
    reconnect_median_vs_partysocket: ratioOf('median back s'),
  },
});

/** @param {string} name */
function describeRestarts(name) {
  const played = rounds.get(name) ?? [];
  const median = (/** @type {'peak' | 'rawPeak' | 'dials' | 'median' | 'p95'} */ key) =>
    medianOf(played.map((round) => round[key]));
  const list = (/** @type {(round: (typeof played)[number]) => number} */ pick) => played.map(pick).join(' ');
  return {
    case: 'restart',
    client: name,
    clients: SOCKETS,
    counted: 'TCP dials at the client',
    peak: median('peak'),
    'peak as done': median('rawPeak'),
    dials: median('dials'),
    'median back s': roundTo(median('median') / 1_000, 3),
    'p95 back s': roundTo(median('p95') / 1_000, 3),
    'not back': played.reduce((sum, { notBack }) => sum + notBack, 0),
    'away by round, s': list(({ away }) => roundTo(away / 1_000, 2)),
    'peak by round': list(({ peak }) => peak),
    'median by round, s': list((round) => roundTo(round.median / 1_000, 2)),
  };
}

/** @param {'peak' | 'median back s'} key */
function ratioOf(key) {
  return roundTo((taskwire?.[key] ?? Number.NaN) / (partysocket?.[key] ?? Number.NaN), 3);
}
