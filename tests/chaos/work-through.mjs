// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '../../bench/support/seeded-random.mjs';
import { tokenOf } from '../../bench/support/service/tokens.mjs';
import { compareAcknowledged, compareWithLog } from './compare.mjs';
import { startReader } from './reader.mjs';
import { until } from './until.mjs';
import { startWriter } from './writer.mjs';

/** Between two kills, milliseconds; each is drawn anew. */
const PAUSE_MS = [50, 1_500];

/** How many kills wait until the killed one is back. */
const WAITED_SHARE = 0.8;

/** How often a reader loses its connection by itself, as a share of the kills. */
const DROPS_PER_KILL = 2;

const CATCH_UP = { limitMs: 60_000, lookMs: 50 };

/**
 * @typedef {object} Options
 * @property {number} kills @property {number} restarts @property {number} seconds
 * @property {number} writers @property {number} readers @property {number} seed
 */

/**
 * Lets people work while services die, and says what became of it.
 * @param {import('./stage.mjs').Stage} stage @param {Options} options
 */
export async function workThrough(stage, { kills, restarts, seconds, writers, readers, seed }) {
  const random = createSeededRandom(seed);
  const users = Array.from({ length: Math.max(1, writers) }, (_, index) => `chaos-${index}`);
  const userOf = (/** @type {number} */ index) => users[index % users.length] ?? '';
  const { url } = stage;
  await Promise.all(stage.replicas.map((replica) => replica.ready()));

  const reading = Array.from({ length: readers }, (_, index) => ({
    user: userOf(index),
    reader: startReader({ url: `${url.replace('http', 'ws')}/ws`, token: tokenOf(userOf(index)), random }),
  }));
  await until(
    'every reader stands somewhere',
    () => reading.every(({ reader }) => reader.position() !== undefined),
    CATCH_UP,
  );
  const starts = reading.map(({ reader }) => reader.position()?.seq ?? 0);
  const writing = Array.from({ length: writers }, (_, index) => ({
    user: userOf(index),
    writer: startWriter({ url, token: tokenOf(userOf(index)), random }),
  }));

  const end = Date.now() + seconds * 1_000;
  const planned = kills + restarts;
  let done = 0;
  while (done < planned && Date.now() < end) {
    const [least = 0, most = 0] = PAUSE_MS;
    await sleep(least + random() * (most - least));
    const replica = stage.replicas[Math.floor(random() * stage.replicas.length)];
    if (restarts > 0) await replica?.restart();
    else await replica?.kill();
    for (let drop = 0; drop < DROPS_PER_KILL; drop++) reading[Math.floor(random() * reading.length)]?.reader.drop();
    // A rolling restart waits for each; a crash now and then meets a service that is still starting.
    if (restarts > 0 || random() < WAITED_SHARE) await replica?.ready();
    done += 1;
    if (done % 25 === 0)
      console.log(
        `${done} of ${planned}, ${sum(writing, ({ writer }) => writer.acknowledged.length)} changes acknowledged`,
      );
  }

  await Promise.all(stage.replicas.map((replica) => replica.ready()));
  await Promise.all(writing.map(({ writer }) => writer.stop()));
  /** @type {Map<string, readonly import('./reader.mjs').Seen[]>} */
  const logs = new Map();
  for (const user of users) logs.set(user, await stage.readLog(`user:${user}`));
  const headOf = (/** @type {string} */ user) => logs.get(user)?.at(-1)?.seq ?? 0;
  await until(
    'every reader has caught up',
    () => reading.every(({ user, reader }) => (reader.position()?.seq ?? 0) >= headOf(user)),
    CATCH_UP,
  );
  for (const { reader } of reading) reader.stop();

  const verdicts = [
    ...reading.map(({ user, reader }, index) =>
      compareWithLog(
        reader.seen,
        (logs.get(user) ?? []).filter(({ seq }) => seq > (starts[index] ?? 0)),
      ),
    ),
    ...writing.map(({ user, writer }) => compareAcknowledged(writer.acknowledged, logs.get(user) ?? [])),
  ];
  const faults = [...reading.flatMap(({ reader }) => reader.faults), ...writing.flatMap(({ writer }) => writer.faults)];
  const counts = {
    seed,
    [restarts > 0 ? 'rolling restarts' : 'kills']: done,
    'changes acknowledged': sum(writing, ({ writer }) => writer.acknowledged.length),
    attempts: sum(writing, ({ writer }) => writer.attempts()),
    'events in the log': sum([...logs.values()], (log) => log.length),
    'events seen by clients': sum(reading, ({ reader }) => reader.seen.length),
    connections: sum(reading, ({ reader }) => reader.counts.connections),
    recoveries: sum(reading, ({ reader }) => reader.counts.recoveries),
    'events replayed': sum(reading, ({ reader }) => reader.counts.replayed),
    lost: sum(verdicts, ({ lost }) => lost),
    doubled: sum(verdicts, ({ doubled }) => doubled),
    'out of order': sum(verdicts, ({ disordered }) => disordered),
    'other faults': faults.length,
    'longest gap, ms': Math.round(Math.max(...reading.map(({ reader }) => reader.longestGapMs()))),
  };
  return {
    counts,
    examples: [...verdicts.flatMap(({ examples }) => examples), ...faults].slice(0, 20),
    isClean: counts.lost + counts.doubled + counts['out of order'] + faults.length === 0 && done > 0,
  };
}

/** @template T @param {readonly T[]} items @param {(item: T) => number} count */
function sum(items, count) {
  return items.reduce((total, item) => total + count(item), 0);
}
