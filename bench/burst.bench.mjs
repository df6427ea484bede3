// @ts-check
// What a burst of 500 frames costs a page in a real Chromium, beside react-use-websocket.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../scripts/find-chromium.mjs';
import { ROOT } from '../scripts/lib/root.mjs';
import { bundlePage } from './support/bundle-page.mjs';
import { startBurstServer } from './support/burst/burst-server.mjs';
import { measureBursts } from './support/burst/measure-bursts.mjs';
import { installPackedLibrary } from './support/packed-library.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 5;
const ROWS = 1_000;
const FRAMES = 500;

const FOLDER = join(ROOT, 'bench', 'support', 'burst');
const NAMES = ['taskwire', 'react-use-websocket'];

await installPackedLibrary();
const servers = new Map();
for (const name of NAMES) {
  const script = await bundlePage(FOLDER, name, { countsCommits: true });
  servers.set(name, await startBurstServer({ script, rows: ROWS }));
}
const rounds = new Map(
  NAMES.map((name) => [name, /** @type {import('./support/burst/measure-bursts.mjs').Figures[]} */ ([])]),
);
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      const context = await browser.newContext();
      const figures = await measureBursts(context, servers.get(name), { rows: ROWS, frames: FRAMES });
      await context.close();
      rounds.get(name)?.push(figures);
      console.log(`round ${round + 1} of ${ROUNDS}, ${name}:`, figures);
    }
  }
} finally {
  await browser.close();
  for (const server of servers.values()) server.close();
}

/** @param {string} name @param {keyof import('./support/burst/measure-bursts.mjs').Figures} figure */
const figuresOf = (name, figure) => (rounds.get(name) ?? []).map((figures) => figures[figure]);

writeResult({
  name: 'burst',
  about: [
    `A server sends ${FRAMES} task_update frames in one turn to a page with ${ROWS} rows: Taskwire's provider and TaskRows over the`,
    'native protocol, and react-use-websocket as its documentation shows it (lastJsonMessage into a state, memoised rows). Blocked:',
    'milliseconds of the main thread in all its tasks until it is quiet again, layout and drawing included; of it in scripts; and',
    'its processor time. Commits as the Profiler counts them; lost: rows that do not show their value then.',
    `React's profiling build, Chromium, a fresh page each, the third burst of a page, in turn, ${ROUNDS} rounds, medians; commits and lost: the worst.`,
  ].join(' '),
  rows: NAMES.map((name) => ({
    list: name,
    'blocked, ms': roundTo(medianOf(figuresOf(name, 'blockedMs')), 1),
    'scripts, ms': roundTo(medianOf(figuresOf(name, 'scriptMs')), 1),
    'processor, ms': roundTo(medianOf(figuresOf(name, 'threadMs')), 1),
    errors: Math.max(...figuresOf(name, 'errors')),
    commits: Math.max(...figuresOf(name, 'commits')),
    lost: Math.max(...figuresOf(name, 'lost')),
  })),
  ratios: {
    burst_blocked_vs_react_use_websocket: roundTo(
      medianOf(figuresOf('taskwire', 'blockedMs')) / medianOf(figuresOf('react-use-websocket', 'blockedMs')),
      3,
    ),
    burst_blocked_ms: roundTo(medianOf(figuresOf('taskwire', 'blockedMs')), 1),
    burst_commits: Math.max(...figuresOf('taskwire', 'commits')),
    burst_errors: Math.max(...figuresOf('taskwire', 'errors')),
    burst_lost: Math.max(...figuresOf('taskwire', 'lost')),
  },
});
