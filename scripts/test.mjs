// @ts-check
// `npm test`: everything that proves Taskwire, from the quickest check to the slowest, up to the first that fails.
// `node scripts/test.mjs unit browser` runs the named steps only.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './find-chromium.mjs';
import { runNpm } from './lib/parts.mjs';
import { packageCommand } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';
import { fail } from './lib/start-up.mjs';
import { countTests, findFault, formatTotal } from './lib/test-report.mjs';
import { formatSeconds } from './lib/text.mjs';

/** @typedef {import('./lib/test-report.mjs').Counts} Counts */
/** @typedef {{ counts: Counts, fault: string | undefined }} Outcome */

const NONE = { passed: 0, failed: 0, skipped: 0 };

/** @type {readonly { name: string, run: () => Promise<Outcome> }[]} */
const STEPS = [
  { name: 'lint', run: () => check('lint') },
  { name: 'types', run: () => check('types') },
  { name: 'unit', run: () => test('unit', 'service') },
  { name: 'integration', run: () => test('integration') },
  { name: 'browser', run: () => test('browser') },
];

/** A check that counts no tests; its failure counts as one. @param {string} script @returns {Promise<Outcome>} */
async function check(script) {
  const code = await runNpm(['run', '--silent', script]);
  if (code === 0) return { counts: NONE, fault: undefined };
  return { counts: { ...NONE, failed: 1 }, fault: `npm run ${script} ended with exit code ${code}` };
}

/** Tests of Vitest. @param {readonly string[]} projects @returns {Promise<Outcome>} */
async function test(...projects) {
  const folder = mkdtempSync(join(tmpdir(), 'taskwire-test-'));
  const report = join(folder, 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const code = await runNode([packageCommand('vitest'), 'run', ...selection, ...output]);
    const counts = readCounts(report);
    const fault = findFault(counts, code);
    return { counts: fault && counts.failed === 0 ? { ...counts, failed: 1 } : counts, fault };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path @returns {Counts} */
function readCounts(path) {
  try {
    return countTests(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // A runner that died wrote none; its exit code tells.
    return NONE;
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0)
  fail(`Unknown: ${unknown.join(', ')}. The steps are ${STEPS.map(({ name }) => name).join(', ')}.`);
const steps = wanted.length > 0 ? STEPS.filter(({ name }) => wanted.includes(name)) : STEPS;

if (steps.some(({ name }) => name === 'browser')) {
  // Known now, not after minutes of other tests.
  try {
    process.env.CHROMIUM_PATH = await findChromium();
    console.log(`Browser tests use ${process.env.CHROMIUM_PATH}`);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** @type {Counts[]} */
const all = [];
/** @type {string[]} */
const summary = [];
let failed = false;
for (const { name, run } of steps) {
  if (failed) {
    summary.push(`  not run  ${name}`);
    continue;
  }
  console.log(`\n--- ${name} ---`);
  const begin = performance.now();
  const { counts, fault } = await run();
  const ran = counts.passed + counts.failed > 0 ? `  ${counts.passed} passed` : '';
  const duration = formatSeconds(performance.now() - begin).padStart(8);
  summary.push(`  ${fault ? 'FAILED ' : 'ok     '}  ${name.padEnd(12)}${duration}${ran}${fault ? `  (${fault})` : ''}`);
  all.push(counts);
  failed = fault !== undefined;
}
console.log(`\n${summary.join('\n')}\n\n${formatTotal(all)}`);
process.exitCode = failed ? 1 : 0;
