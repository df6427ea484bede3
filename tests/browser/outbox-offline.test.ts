import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Task, taskKey } from '@/lib/protocol';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';
import { launchChromium } from './support/chromium';
import { type OutboxSite, startOutboxSite } from './support/outbox-server';

/** How long what is not measured may take, milliseconds. */
const PATIENCE_MS = 30_000;

const LIVE = { waiting: 0, receipts: 0, rejections: 0, keeps: 'yes', status: 'live' };

let site: OutboxSite;
let service: ServiceProcess;
let browser: Browser;
let context: BrowserContext;
let api: ServiceApi;
/** The keys of the changes that the service has answered, as often as it did. */
let answered: string[];
let users = 0;

beforeAll(async () => {
  site = await startOutboxSite();
  service = await startService({ env: { ALLOWED_ORIGINS: site.url } });
  browser = await launchChromium(inject('chromiumPath'));
});

afterAll(async () => {
  await browser?.close();
  site?.stop();
  await endAllServices();
});

beforeEach(async () => {
  users += 1;
  api = await signInToService(service.url, `Offline ${users}`);
  context = await browser.newContext();
  answered = [];
});

afterEach(() => context.close());

const look = (page: Page) => page.evaluate(() => window.outbox.look());
const add = (page: Page, title: string) => page.evaluate((text) => window.outbox.add(text), title);
const expectLook = (page: Page, facts: Partial<typeof LIVE>) =>
  expect.poll(() => look(page), { timeout: PATIENCE_MS, interval: 20 }).toMatchObject(facts);

/** A tab with the library and nothing else; its session is open. */
async function openTab(): Promise<Page> {
  const page = await context.newPage();
  page.on('response', (response) => {
    const key = response.request().headers()['idempotency-key'];
    if (key !== undefined && response.request().method() !== 'OPTIONS') answered.push(key);
  });
  await page.goto(site.url);
  await page.waitForFunction(() => 'outbox' in window);
  const url = `ws://localhost:${service.port}/ws`;
  await page.evaluate((options) => window.outbox.start(options), { userId: api.userId, token: api.token, url });
  return page;
}

async function restart(): Promise<void> {
  service = await startService({
    port: service.port,
    dataDir: service.dataDir,
    env: { ALLOWED_ORIGINS: site.url },
  });
}

const titlesAtServer = async () => (await api.list()).tasks.map(({ title }) => title).sort();

describe('a start without the service', () => {
  it('[OB19] paints the last known tasks and what waits in one frame, with their age, and then goes on', async () => {
    const first = await openTab();
    await expectLook(first, LIVE);
    for (const title of ['A', 'B', 'C']) await add(first, title);
    await expectLook(first, LIVE);
    // Written a second later, together with its positions.
    await expect.poll(() => keptTitles(first), { timeout: PATIENCE_MS }).toEqual(['A', 'B', 'C']);
    await service.end('SIGKILL');
    await add(first, 'Offline');
    await expect.poll(() => keptChanges(first), { timeout: PATIENCE_MS }).toBe(1);
    await first.close();

    const second = await openTab();
    await expect.poll(() => second.evaluate(() => window.outbox.painted().length), { timeout: PATIENCE_MS }).toBe(1);
    const [painted] = await second.evaluate(() => window.outbox.painted());
    expect(painted?.titles).toEqual(['A', 'B', 'C', 'Offline']);
    expect(painted?.ageMs).toBeGreaterThanOrEqual(0);
    console.log(`offline start: painted ${painted?.afterMs.toFixed(0)} ms after the session was opened`);
    expect(await look(second)).toMatchObject({ waiting: 1, keeps: 'yes' });

    await restart();
    await expectLook(second, LIVE);
    const paintedAge = () => second.evaluate(() => window.outbox.painted().at(-1)?.ageMs);
    await expect.poll(paintedAge, { timeout: PATIENCE_MS }).toBeNull();
    const lists = await second.evaluate(() => window.outbox.painted());
    // It never became shorter on the way, and nothing old is left.
    expect(lists.map(({ titles }) => titles.length)).toEqual(lists.map(() => 4));
    expect(await titlesAtServer()).toEqual(['A', 'B', 'C', 'Offline']);
  });
});

describe('tabs of one person without a network', () => {
  it('[OB11] what a closed tab left is sent by the one that lives, once', async () => {
    const [one, other] = [await openTab(), await openTab()];
    await expectLook(one, LIVE);
    await expectLook(other, LIVE);
    await context.setOffline(true);
    for (const title of ['Left 1', 'Left 2', 'Left 3']) await add(one, title);
    await expect.poll(() => keptChanges(other), { timeout: PATIENCE_MS }).toBe(3);
    expect(await look(other)).toMatchObject({ waiting: 0 });
    await one.close();
    await expectLook(other, { waiting: 3 });
    await context.setOffline(false);
    await expectLook(other, LIVE);
    expect(await titlesAtServer()).toEqual(['Left 1', 'Left 2', 'Left 3']);
    expect(new Set(answered).size).toBe(answered.length);
    await expect.poll(() => keptChanges(other), { timeout: PATIENCE_MS }).toBe(0);
  });

  it('[OB11] two that live send each their own, once, when it is back', async () => {
    const tabs = [await openTab(), await openTab()] as const;
    for (const tab of tabs) await expectLook(tab, LIVE);
    await service.end('SIGKILL');
    for (const [index, tab] of tabs.entries()) {
      const id = await add(tab, `Tab ${index}`);
      await add(tab, `Tab ${index}, second`);
      await tab.evaluate(([of, title]) => window.outbox.rename(of, title), [id, `Tab ${index}, renamed`] as const);
    }
    for (const tab of tabs) expect((await look(tab)).waiting).toBeGreaterThanOrEqual(2);
    await restart();
    for (const tab of tabs) await expectLook(tab, LIVE);
    const titles = [0, 1].flatMap((index) => [`Tab ${index}, renamed`, `Tab ${index}, second`]);
    expect(await titlesAtServer()).toEqual(titles);
    expect(new Set(answered).size).toBe(answered.length);
    await expect.poll(() => keptChanges(tabs[0]), { timeout: PATIENCE_MS }).toBe(0);
    for (const tab of tabs) {
      await expect
        .poll(() => tab.evaluate(() => window.outbox.painted().at(-1)?.titles), { timeout: PATIENCE_MS })
        .toEqual(titles);
    }
  });
});

/** What stands in the database, read beside the library. */
function readStore(page: Page, name: 'changes' | 'pages'): Promise<readonly unknown[]> {
  return page.evaluate(async (storeName) => {
    const [database] = await indexedDB.databases();
    if (database?.name === undefined) return [];
    const opening = indexedDB.open(database.name);
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const reading = db.transaction(storeName).objectStore(storeName).getAll();
    const records = await new Promise<unknown[]>((resolve) => {
      reading.onsuccess = () => resolve(reading.result);
    });
    db.close();
    return records;
  }, name);
}

async function keptChanges(page: Page): Promise<number> {
  return (await readStore(page, 'changes')).length;
}

async function keptTitles(page: Page): Promise<readonly string[]> {
  type Page = { readonly removed: readonly string[]; readonly tasks: readonly { readonly task: Task }[] };
  const kept = new Map<string, string>();
  for (const { removed, tasks } of (await readStore(page, 'pages')) as readonly Page[]) {
    for (const key of removed) kept.delete(key);
    for (const { task } of tasks) kept.set(taskKey(task.id), task.title);
  }
  return [...kept.values()].sort();
}
