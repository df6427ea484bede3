// @ts-check
// How many events a second the log takes, beside a bare loop that runs the same statements with the same commits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../scripts/lib/parts.mjs';
import { ROOT } from '../scripts/lib/root.mjs';
import { startPostgres } from '../scripts/start-postgres.mjs';
import { createRawPostgres } from './support/append/raw-postgres.mjs';
import { createRawSqlite } from './support/append/raw-sqlite.mjs';
import { appendAll, CHANNELS, makeEvents, WRITERS } from './support/append/workload.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 15;
const EVENTS = 3_200;

if ((await buildService()) !== 0) process.exit(1);
const { openStorage } = await import(join(ROOT, 'services', 'websocket-service', 'dist', 'open-storage.js'));

/** @param {object} place Where the storage keeps its data. */
function open(place) {
  const ignore = () => {};
  const log = { debug: ignore, info: ignore, warn: console.warn, error: console.error };
  const clock = {
    now: Date.now,
    after(/** @type {number} */ ms, /** @type {() => void} */ run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const limits = { maxBodyBytes: 16_384 };
  return openStorage({ dataDir: '', limits, ...place }, { clock, log, onWritten: ignore });
}

const folder = mkdtempSync(join(tmpdir(), 'taskwire-append-'));
const postgres = await startPostgres();
/** @type {Record<string, number[]>} */
const rates = { sqlite: [], 'sqlite, bare loop': [], postgres: [], 'postgres, bare loop': [] };
try {
  const [own, bare] = [join(folder, 'own'), join(folder, 'bare')];
  await (await open({ dataDir: bare })).close();
  const sqlite = await open({ dataDir: own });
  const rawSqlite = createRawSqlite(join(bare, 'taskwire.db'));
  const shared = await open({ databaseUrl: postgres.url });
  const rawPostgres = await createRawPostgres(postgres.url);

  /** @type {readonly [string, () => number | Promise<number>][]} */
  const contenders = [
    ['sqlite', () => appendAll(makeEvents(EVENTS), (event) => sqlite.append([event]))],
    ['sqlite, bare loop', () => rawSqlite.appendAll(makeEvents(EVENTS))],
    ['postgres', () => appendAll(makeEvents(EVENTS), (event) => shared.append([event]))],
    ['postgres, bare loop', () => appendAll(makeEvents(EVENTS), rawPostgres.append)],
  ];
  // The first round warms up. Who begins changes from round to round.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const rate = await run();
      if (round > 0) rates[name]?.push(rate);
    }
  }
  await sqlite.close();
  rawSqlite.close();
  await shared.close();
  await rawPostgres.close();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

const rateOf = (/** @type {string} */ name) => medianOf(rates[name] ?? []);
// Both of a round ran beside each other, on a machine as busy or idle.
const ratioOf = (/** @type {string} */ name) => {
  const bare = rates[`${name}, bare loop`] ?? [];
  const ratios = (rates[name] ?? []).map((rate, round) => rate / (bare[round] ?? Number.NaN));
  return roundTo(medianOf(ratios), 2);
};

writeResult({
  name: 'append',
  about: [
    `Durable appends a second (fsync on) of one event of about 400 bytes each, ${WRITERS} on their way at a time, to ${CHANNELS}`,
    'channels. SQLite: the storage of the built service, in its thread, beside a loop on libsql in one thread that asks',
    `twice, counts and inserts per event, commits once for ${WRITERS} and checkpoints as SQLite does by itself.`,
    'PostgreSQL: beside a loop on pg with the same statement in the same',
    `transaction on as many connections, where what waits for a connection goes together too. ${ROUNDS} rounds of ${EVENTS},`,
    'all in turn; medians, of the ratios too.',
  ].join(' '),
  rows: Object.keys(rates).map((name) => ({ log: name, 'appends per second': roundTo(rateOf(name)) })),
  ratios: { append_sqlite_vs_raw: ratioOf('sqlite'), append_postgres_vs_raw: ratioOf('postgres') },
});
