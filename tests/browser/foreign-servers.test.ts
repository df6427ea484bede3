import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type ForeignServer,
  ROUGH,
  realTimeSyncServer,
  type ServerQuirks,
  syncServiceServer,
  taskmdServer,
  taskUpdateServer,
  todoServer,
} from '@/lib/testing';
import { type AppProcess, startApp } from './support/app-process';
import { launchChromium } from './support/chromium';
import { watchPage } from './support/page-watch';
import { createTaskPage } from './support/task-page';

const KINDS: readonly [string, (quirks: ServerQuirks) => ForeignServer][] = [
  ['sync-service', syncServiceServer],
  ['task-update', taskUpdateServer],
  ['real-time-sync', realTimeSyncServer],
  ['taskmd', taskmdServer],
  ['todo', todoServer],
];

const TOKEN = 'a-token-of-that-server';

let browser: Browser;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await launchChromium(inject('chromiumPath'));
});

afterAll(async () => {
  await browser?.close();
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function appAt(kind: string, server: ForeignServer): Promise<AppProcess> {
  const app = await startApp(inject('servicePort'), {
    TASKWIRE_CONNECTOR: `${kind} ${server.url} my-project`,
    TASKWIRE_TOKEN: TOKEN,
  });
  ends.push(() => app.stop());
  return app;
}

describe('the app at another server', () => {
  it.each(KINDS)('[DI58] works with %s, named by one variable', async (kind, make) => {
    const server = make(ROUGH);
    server.tokens.add(TOKEN);
    await server.start();
    ends.push(() => server.stop(1006));
    server.create({ title: 'Already there', priority: 'high' });
    const app = await appAt(kind, server);
    const context = await browser.newContext();
    ends.push(() => context.close());
    const page = await context.newPage();
    const watch = await watchPage(page);
    const tab = createTaskPage(page);
    await page.goto(`${app.url}/`);
    await tab.waitForConnection(/up to date/i);
    await tab.task('Already there').waitFor();

    await tab.add('Mine');
    await expect.poll(() => server.list().map(({ title }) => title)).toContain('Mine');
    server.create({ title: 'Theirs' });
    await tab.task('Theirs').waitFor();
    await tab.complete('Mine');
    await expect.poll(() => server.list().find(({ title }) => title === 'Mine')?.completed).toBe(true);
    await tab.rename('Already there', 'Renamed');
    await expect.poll(() => server.list().map(({ title }) => title)).toContain('Renamed');
    await tab.remove('Theirs');
    await expect.poll(() => server.list().map(({ title }) => title)).not.toContain('Theirs');
    await tab.waitForConnection(/up to date/i);
    await watch.save(`foreign-${kind}`);
    expect((await tab.titles()).sort()).toEqual(['Mine', 'Renamed']);
    expect(watch.problems).toEqual([]);
    expect(page.url()).not.toContain(TOKEN);
  });
});
