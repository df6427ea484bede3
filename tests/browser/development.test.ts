import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findFreePort, isPortFree } from '@/scripts/lib/ports.mjs';
import { type RunningScript, runScript } from '@/tests/support/run-script';
import { createDataDir } from '@/tests/support/service-process';
import { launchChromium, signInAt } from './support/chromium';
import { watchPage } from './support/page-watch';
import { createTaskPage } from './support/task-page';

describe('npm run dev', () => {
  let browser: Browser;
  let script: RunningScript | undefined;

  beforeAll(async () => {
    browser = await launchChromium(inject('chromiumPath'));
  });

  afterAll(async () => {
    await browser?.close();
    script?.send('SIGTERM');
    await script?.ended;
  });

  it('serves pages that hydrate without a word and open one socket, until Ctrl-C ends everything', {
    timeout: 240_000,
  }, async () => {
    const [port, servicePort] = [await findFreePort(), await findFreePort()];
    const env = { PORT: String(port), SERVICE_PORT: String(servicePort), DATA_DIR: createDataDir() };
    script = runScript('dev.mjs', env);
    await script.waitFor(`Taskwire is ready:  http://localhost:${port}`);

    const page = await browser.newPage();
    const tab = { ...createTaskPage(page), ...(await watchPage(page)) };
    await signInAt(page, `http://localhost:${port}`, 'Dev');
    await tab.waitForConnection(/up to date/i);
    await tab.add('Hydrate me');
    await tab.task('Hydrate me').waitFor();
    await tab.waitForConnection(/up to date/i);

    // Only development names what differs between the server's page and the first one in the browser.
    const socketsBefore = tab.socketCount();
    await page.reload();
    await tab.task('Hydrate me').waitFor();
    await tab.waitForConnection(/up to date/i);
    expect(tab.problems).toEqual([]);
    // StrictMode mounts everything twice.
    expect(tab.socketCount() - socketsBefore).toBe(1);

    await page.close();
    script.send('SIGINT');
    const { code, output } = await script.ended;
    expect(output).toContain('Stopped by SIGINT; everything is stopped.');
    expect(code).toBe(0);
    expect(await isPortFree(port)).toBe(true);
    expect(await isPortFree(servicePort)).toBe(true);
  });
});
