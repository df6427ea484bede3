// @ts-check
// `npm run chaos`: kills the service again and again while people work, and compares what every client saw with the log.
//   npm run chaos -- --kills 300 --seconds 1200 --store sqlite --seed 1
//   npm run chaos -- --kills 300 --seconds 1200 --store postgres     two replicas on one database, behind a proxy
//   npm run chaos -- --restarts 20 --store postgres                  a rolling restart instead of kills
//   npm run chaos -- --silences 20 --store postgres                  access is taken away at one replica: is the other one silent?
// Ends by itself: at the last kill, or when the seconds are over. Exit code 1 when anything was lost, doubled or out of order.
import { parseArgs } from 'node:util';
import { buildService } from '../../scripts/lib/parts.mjs';
import { fail } from '../../scripts/lib/start-up.mjs';
import { drillSilence } from './silence-drill.mjs';
import { openStage } from './stage.mjs';
import { workThrough } from './work-through.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    restarts: { type: 'string', default: '0' },
    silences: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '1500' },
    store: { type: 'string', default: 'sqlite' },
    writers: { type: 'string', default: '8' },
    readers: { type: 'string', default: '16' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

/** @param {'kills' | 'restarts' | 'silences' | 'seconds' | 'writers' | 'readers' | 'seed'} name */
function countOf(name) {
  const count = Number(values[name]);
  if (!Number.isSafeInteger(count) || count < 0) fail(`--${name} is "${values[name]}": give a whole number.`);
  return count;
}

const { store } = values;
if (store !== 'sqlite' && store !== 'postgres') fail(`--store is "${store}": give sqlite or postgres.`);
const silences = countOf('silences');
if (silences > 0 && store !== 'postgres') fail('--silences needs two replicas: give --store postgres.');
const options = {
  kills: countOf('restarts') > 0 ? 0 : countOf('kills'),
  restarts: countOf('restarts'),
  seconds: countOf('seconds'),
  writers: countOf('writers'),
  readers: countOf('readers'),
  seed: countOf('seed'),
};

if ((await buildService()) !== 0) fail('The service could not be built; the compiler has said why.');
console.log(`chaos on ${store}:`, silences > 0 ? { silences } : options);
const stage = await openStage(/** @type {'sqlite' | 'postgres'} */ (store));
try {
  const report = await (silences > 0 ? drillSilence(stage, silences) : workThrough(stage, options));
  console.log(report.counts);
  for (const line of report.examples) console.error(line);
  process.exitCode = report.isClean ? 0 : 1;
} finally {
  await stage.close();
}
