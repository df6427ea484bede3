import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { native } from '@/lib/connectors';
import type { Task } from '@/lib/protocol';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';
import { CHROMIUM_ARGS } from './support/chromium';
import { type ShownValue, TITLE } from './support/outbox-page';
import { type OutboxSite, startOutboxSite } from './support/outbox-server';

/** How many tabs are killed; `OUTBOX_KILLS=200` for the whole proof. */
const KILLS = Number(process.env.OUTBOX_KILLS ?? 8);
const SEED = Number(process.env.OUTBOX_SEED ?? 1);
/** The latest instant of a kill after the first edit, milliseconds. */
const LATEST_KILL_MS = 600;
/** How long everything that waits may take to arrive, milliseconds. */
const SETTLE_LIMIT_MS = 30_000;

let site: OutboxSite;
let service: ServiceProcess;
let browser: Browser;

beforeAll(async () => {
  site = await startOutboxSite();
  service = await startService({ env: { ALLOWED_ORIGINS: site.url } });
  // A renderer in reserve would be killed too, and Chromium waits for it when the next page wants it.
  const args = [...CHROMIUM_ARGS, '--disable-features=SpareRendererForSitePerProcess'];
  browser = await chromium.launch({ executablePath: inject('chromiumPath'), args });
});

afterAll(async () => {
  await browser?.close();
  site?.stop();
  await endAllServices();
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends every renderer of the test's own browser, as an operating system short of memory does. */
async function killRenderers(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
  await crashed;
  await session.detach();
}

describe('a tab that is killed', () => {
  it('[OB20] loses no edit that was shown as saved, and sends none twice', {
    timeout: 60_000 + KILLS * 40_000,
  }, async () => {
    const random = createSeededRandom(SEED);
    const api = await signInToService(service.url, 'Kim');
    const context = await browser.newContext();
    const shown = new Map<string, ShownValue>();
    const figures = { onThisDevice: 0, saved: 0 };
    let page = await openPage(context, api, shown);

    for (let kill = 0; kill < KILLS; kill++) {
      const instant = random() * LATEST_KILL_MS;
      const isOffline = random() < 0.5;
      const switchAt = random() < 0.4 ? random() * instant : undefined;
      await context.setOffline(isOffline);
      await page.evaluate(([name, seed]) => window.outbox.edit(name, seed), [`t${kill}`, kill + SEED] as const);
      if (switchAt === undefined) {
        await later(instant);
      } else {
        await later(switchAt);
        await context.setOffline(!isOffline);
        await later(instant - switchAt);
      }
      await killRenderers(page);
      for (const { safety } of shown.values()) {
        if (safety === 'on this device') figures.onThisDevice += 1;
        else if (safety === 'saved') figures.saved += 1;
      }
      await page.close();
      await context.setOffline(false);

      page = await openPage(context, api, shown);
      await expect
        .poll(() => page.evaluate(() => window.outbox.look()), { timeout: SETTLE_LIMIT_MS, interval: 20 })
        .toEqual({ waiting: 0, receipts: 0, rejections: 0, keeps: 'yes', status: 'live' });
      await expectOnServer(api, shown, `seed ${SEED}, kill ${kill} after ${instant.toFixed(1)} ms`);
      shown.clear();
    }
    await context.close();
    console.log(`${KILLS} kills: ${JSON.stringify(figures)}`);
    expect(figures.onThisDevice + figures.saved).toBeGreaterThan(0);
  });
});

async function openPage(context: BrowserContext, api: ServiceApi, shown: Map<string, ShownValue>): Promise<Page> {
  const page = await context.newPage();
  await page.exposeFunction('noteShown', (value: ShownValue) => {
    const best = shown.get(value.task);
    const isSafe = value.safety === 'on this device' || value.safety === 'saved';
    if (isSafe && value.value >= (best?.value ?? 0)) shown.set(value.task, value);
  });
  await page.goto(site.url);
  await page.waitForFunction(() => 'outbox' in window);
  const url = `ws://localhost:${service.port}/ws`;
  await page.evaluate((options) => window.outbox.start(options), { userId: api.userId, token: api.token, url });
  return page;
}

/** What was shown as saved is there, or a later value; each task once; no change was carried out twice. */
async function expectOnServer(api: ServiceApi, shown: ReadonlyMap<string, ShownValue>, when: string): Promise<void> {
  const found = new Map<string, number>();
  for (const { title, version = 0 } of await listAll(api)) {
    const [, task = title, value = '0'] = TITLE.exec(title) ?? [];
    if (found.has(task)) throw new Error(`${task} is there twice (${when}).`);
    found.set(task, Number(value));
    // The n-th value is the n-th change at most; joined ones make it fewer.
    if (version > Number(value)) throw new Error(`${title} has version ${version}: sent twice (${when}).`);
  }
  for (const { task, value, safety } of shown.values()) {
    const standing = found.get(task) ?? 0;
    if (standing < value) throw new Error(`${task}#${value} was ${safety}, but ${standing} is there (${when}).`);
  }
}

/** All pages of the list. */
async function listAll({ token }: ServiceApi): Promise<readonly Task[]> {
  const connector = native({ url: `ws://localhost:${service.port}/ws`, getToken: async () => token });
  return (await connector.fetchTasks(AbortSignal.timeout(SETTLE_LIMIT_MS))).tasks;
}
