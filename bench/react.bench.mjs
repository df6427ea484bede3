// @ts-check
// What one changed task costs a list of a thousand rows in a real Chromium, beside the ways that people use today.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../scripts/find-chromium.mjs';
import { ROOT } from '../scripts/lib/root.mjs';
import { bundlePage } from './support/bundle-page.mjs';
import { installPackedLibrary } from './support/packed-library.mjs';
import { measurePage } from './support/react/measure-page.mjs';
import { medianOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

const ROUNDS = 7;
const FOLDER = join(ROOT, 'bench', 'support', 'react');

/** @type {Readonly<Record<string, string>>} By the name in the table: a file of support/react/contenders. */
const CONTENDERS = {
  taskwire: 'taskwire',
  'by hand, per id': 'per-id',
  'Zustand, memo rows': 'zustand',
  TinyBase: 'tinybase',
  'TanStack Query, per key': 'tanstack-query',
  'TanStack DB, live query': 'tanstack-db',
  'seed 001, Task[]': 'seed-array',
};

await installPackedLibrary();

const names = Object.keys(CONTENDERS);
const scripts = new Map();
for (const name of names) scripts.set(name, await bundlePage(FOLDER, CONTENDERS[name] ?? ''));

const rounds = new Map(
  names.map((name) => [name, /** @type {import('./support/react/measure-page.mjs').Figures[]} */ ([])]),
);
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
try {
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const context = await browser.newContext();
      const figures = await measurePage(context, scripts.get(name));
      await context.close();
      rounds.get(name)?.push(figures);
      console.log(`round ${round + 1} of ${ROUNDS}, ${name}:`, figures);
    }
  }
} finally {
  await browser.close();
}

writeResult({
  name: 'react',
  about: [
    'A list of 1000 rows, production React, Chromium. Changes of random rows, one in each turn of the event loop ("single"), or',
    '100 of different rows ("burst"). Microseconds of the main thread’s processor time per change, from the message to the',
    'committed DOM, without layout and paint (the list is display: none) and without the turns themselves. Renders: rows drawn',
    `per row that changed. A fresh page each, all in turn, ${ROUNDS} rounds, medians. Shares: times "by hand", which is`,
    'useSyncExternalStore per id over a mutable Map.',
  ].join(' '),
  rows: names.map((name) => ({
    list: name,
    'single, µs': roundTo(figureOf(name, 'singleMicros'), 1),
    'single vs by hand': ratioOf(name, 'singleMicros'),
    'burst, µs': roundTo(figureOf(name, 'burstMicros'), 2),
    'burst vs by hand': ratioOf(name, 'burstMicros'),
    'renders per change': roundTo(figureOf(name, 'drawsPerChange'), 3),
  })),
  ratios: {
    react_row_renders: roundTo(figureOf('taskwire', 'drawsPerChange'), 3),
    react_single_vs_per_id: ratioOf('taskwire', 'singleMicros'),
    react_burst_vs_per_id: ratioOf('taskwire', 'burstMicros'),
  },
});

/** @param {string} name @param {keyof import('./support/react/measure-page.mjs').Figures} figure */
function figureOf(name, figure) {
  return medianOf((rounds.get(name) ?? []).map((figures) => figures[figure]));
}

/** @param {string} name @param {keyof import('./support/react/measure-page.mjs').Figures} figure */
function ratioOf(name, figure) {
  return roundTo(figureOf(name, figure) / figureOf('by hand, per id', figure), 3);
}
