import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startBurstServer } from '@/bench/support/burst/burst-server.mjs';
import { type BurstWindow, buildBurstPage } from './support/burst-page';
import { launchChromium } from './support/chromium';

const ROWS = 1_000;
const FRAMES = 500;
const BURSTS = 5;

let browser: Browser;
let server: Awaited<ReturnType<typeof startBurstServer>>;

beforeAll(async () => {
  server = await startBurstServer({ script: await buildBurstPage(), rows: ROWS });
  browser = await launchChromium(inject('chromiumPath'));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const commitsOf = (page: Page) => page.evaluate(() => (window as unknown as BurstWindow).commits());

describe('500 frames that a server sends in one turn', () => {
  it('[RX38] lose nothing and are two commits', async () => {
    const page = await browser.newPage();
    const problems: Error[] = [];
    page.on('pageerror', (problem) => problems.push(problem));
    await page.goto(server.url);
    await page.waitForFunction((rows) => document.querySelectorAll('li').length === rows, ROWS);

    const commits: number[] = [];
    for (let burst = 0; burst < BURSTS; burst++) {
      const before = await commitsOf(page);
      const expected = server.burst(FRAMES);
      expect(Object.keys(expected)).toHaveLength(FRAMES);
      await page.waitForFunction((titles) => (window as unknown as BurstWindow).missing(titles) === 0, expected);
      commits.push((await commitsOf(page)) - before);
    }
    expect(problems).toEqual([]);
    // A machine that stalls between two frames makes two bursts of one, but not each time.
    expect(Math.min(...commits)).toBeLessThanOrEqual(2);
    expect(Math.max(...commits)).toBeLessThan(FRAMES / 20);
    await page.close();
  });
});
