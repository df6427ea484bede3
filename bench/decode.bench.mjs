// @ts-check
// What decoding and checking a `task_update` costs beside JSON.parse alone, and what passes that should not.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackedLibrary } from './support/packed-library.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 100;
const MUTANTS = 1_000_000;
const SEED = 20_261_121;

const ALONE = 'JSON.parse alone';

const TIME = fileURLToPath(new URL('./support/decode/time-process.mjs', import.meta.url));

await installPackedLibrary();
// It reads what was just built.
const { tryMutants } = await import('./support/decode/try-mutants.mjs');

const free = await time();
const strict = await time('--disallow-code-generation-from-strings');
const { found, examples } = tryMutants({ count: MUTANTS, seed: SEED });
for (const [fault, frames] of Object.entries(examples)) for (const frame of frames) console.log(`${fault}: ${frame}`);

writeResult({
  name: 'decode',
  about: [
    'From the text of a native task_update (about 600 characters; 70 % updates, 15 % creates, 15 % deletes) to a message whose',
    'every known field was checked, unknown fields kept; nanoseconds of processor time per frame, and multiples of JSON.parse',
    `alone in the same round; ${ROUNDS} rounds of 2000 frames, all in turn, medians. Strict: no code from strings`,
    '(--disallow-code-generation-from-strings), as under a Content-Security-Policy without unsafe-eval.',
    `Mutants: ${MUTANTS} good frames with one to three faults each (seed ${SEED}); ${found.noJson} were no JSON any more,`,
    `${found.refused} were refused, ${found.passed} passed. What passed was checked again by a schema of zod.`,
  ].join(' '),
  rows: Object.keys(free).map((decoder) => ({
    decoder,
    'ns per frame': nanosOf(free, decoder),
    'vs JSON.parse': ratioOf(free, decoder),
    'strict, ns per frame': nanosOf(strict, decoder),
    'strict, vs JSON.parse': ratioOf(strict, decoder),
    ...(decoder === 'taskwire' && {
      'mutants that threw': found.threw,
      'wrongly passed': found.wronglyPassed,
      'wrongly refused': found.wronglyRefused,
    }),
  })),
  ratios: {
    decode_vs_json_parse: ratioOf(free, 'taskwire'),
    decode_csp_vs_json_parse: ratioOf(strict, 'taskwire'),
    decode_mutants_thrown: found.threw,
    decode_mutants_wrongly_passed: found.wronglyPassed,
    decode_mutants_wrongly_refused: found.wronglyRefused,
  },
});

/** @param {readonly string[]} flags @returns {Promise<Record<string, number[]>>} */
async function time(...flags) {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, TIME, String(ROUNDS)], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return JSON.parse(stdout);
}

/** @param {Record<string, number[]>} rounds @param {string} decoder */
function nanosOf(rounds, decoder) {
  return roundTo(medianOf(rounds[decoder] ?? []));
}

/** @param {Record<string, number[]>} rounds @param {string} decoder */
function ratioOf(rounds, decoder) {
  const alone = rounds[ALONE] ?? [];
  return roundTo(medianOf((rounds[decoder] ?? []).map((nanos, round) => nanos / (alone[round] ?? Number.NaN))), 3);
}
