// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS_DIR = join(dirname(fileURLToPath(import.meta.url)), '..', 'results');

const GIBIBYTE = 1024 ** 3;

/**
 * Keeps a benchmark's figures in bench/results/<name>.json, from which docs/BENCHMARKS.md is made, and prints them.
 * @param {object} result
 * @param {string} result.name
 * @param {string} result.about What was measured and how, one or two sentences.
 * @param {readonly Readonly<Record<string, string | number>>[]} result.rows One per contender; the keys head the columns.
 * @param {Readonly<Record<string, number>>} result.ratios The figures that the project holds itself to.
 */
export function writeResult({ name, about, rows, ratios }) {
  const result = { name, about, date: new Date().toISOString(), machine: describeMachine(), rows, ratios };
  mkdirSync(RESULTS_DIR, { recursive: true });
  writeFileSync(join(RESULTS_DIR, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  console.table(rows);
  console.log(ratios);
}

function describeMachine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / GIBIBYTE),
    system: `${platform()} ${arch()}`,
    node: process.version,
  };
}
