import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WebSocketSyncClient } from '@/lib/websocket';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';
import { type LibrarySite, serveLibrary } from './support/library-page';
import { openRealWindow } from './support/real-window';
import { expectServerSockets } from './support/server-sockets';

/** What the page's script leaves in its window. */
interface LibraryWindow {
  openClient(url: string, userId: string, token: string): void;
  readonly client: WebSocketSyncClient;
  readonly heard: readonly string[];
  readonly persisted: boolean;
}

let site: LibrarySite;
let service: ServiceProcess;

beforeAll(async () => {
  site = await serveLibrary();
  service = await startService({ env: { ALLOWED_ORIGINS: site.url } });
});

afterAll(async () => {
  site?.close();
  await endAllServices();
});

const stateOf = (page: Page) => page.evaluate(() => (window as unknown as LibraryWindow).client.getConnection().state);

async function openClient(page: Page, { userId, token }: ServiceApi): Promise<void> {
  await page.goto(site.url);
  await page.evaluate(([url, id, secret]) => (window as unknown as LibraryWindow).openClient(url, id, secret), [
    `ws://127.0.0.1:${service.port}/ws`,
    userId,
    token,
  ] as const);
  await expect.poll(() => stateOf(page), { timeout: 10_000 }).toBe('connected');
  await expectServerSockets(service.url, 1);
}

describe('a page that comes back from the back/forward cache', () => {
  it('[CS22] has one socket again, and everything that it missed once', async () => {
    const api = await signInToService(service.url, 'Bea');
    const window = await openRealWindow(inject('chromiumPath'));
    const page = await window.newPage();
    await openClient(page, api);
    const missed: string[] = [];
    for (const round of [1, 2, 3]) {
      await page.goto(`${site.url}/away`);
      const { title } = await api.create({ title: `Missed ${round}` });
      missed.push(title);
      await page.goBack({ waitUntil: 'commit' });
      expect(await page.evaluate(() => (globalThis as unknown as LibraryWindow).persisted)).toBe(true);
      await expect
        .poll(() => page.evaluate(() => (globalThis as unknown as LibraryWindow).heard), { timeout: 20_000 })
        .toEqual(missed);
      await expect.poll(() => stateOf(page)).toBe('connected');
      await expectServerSockets(service.url, 1);
    }
  });
});
