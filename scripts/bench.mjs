// @ts-check
// `npm run bench`: all benchmarks, or the named ones (`npm run bench -- size`); then docs/BENCHMARKS.md from their results.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatBenchmarks } from './lib/benchmarks-document.mjs';
import { runNpm } from './lib/parts.mjs';
import { ROOT } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';
import { fail } from './lib/start-up.mjs';
import { formatSeconds } from './lib/text.mjs';

const BENCH_DIR = join(ROOT, 'bench');
const RESULTS_DIR = join(BENCH_DIR, 'results');
const SUFFIX = '.bench.mjs';

const known = readdirSync(BENCH_DIR)
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) fail(`Unknown: ${unknown.join(', ')}. The benchmarks are ${known.join(', ')}.`);

await installPeers();
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`\n--- ${name} ---`);
  const begin = performance.now();
  const code = await runNode([join(BENCH_DIR, `${name}${SUFFIX}`)]);
  if (code !== 0) fail(`The benchmark "${name}" ended with exit code ${code}.`);
  console.log(`${name}: ${formatSeconds(performance.now() - begin)}`);
}
const results = readdirSync(RESULTS_DIR)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(RESULTS_DIR, name), 'utf8')));
writeFileSync(join(ROOT, 'docs', 'BENCHMARKS.md'), formatBenchmarks(results));
console.log('\nThe tables in docs/BENCHMARKS.md are up to date.');

/** The peers are fetched when they are first needed, and again when their list has changed. */
async function installPeers() {
  const installed = join(BENCH_DIR, 'node_modules', '.package-lock.json');
  const listed = join(BENCH_DIR, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(listed).mtimeMs) return;
  console.log('Installing the peers that Taskwire is measured beside (once) …');
  const code = await runNpm(['ci', '--no-fund', '--no-audit'], { cwd: BENCH_DIR });
  if (code !== 0) fail('The peers could not be installed; npm has said why.');
}
