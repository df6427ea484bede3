import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { onTestFinished, vi } from 'vitest';

const START_LIMIT_MS = 30_000;

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

/**
 * Opens a browser window that behaves as a person's does, for the test that calls it: the tab in front hides the others, and
 * the back/forward cache is on. A browser that Playwright launches keeps every page visible and that cache off.
 */
export async function openRealWindow(executablePath: string): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'taskwire-chromium-'));
  const child = spawn(executablePath, [...ARGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  const portFile = join(profile, 'DevToolsActivePort');
  const port = await vi.waitUntil(() => existsSync(portFile) && readFileSync(portFile, 'utf8').split('\n')[0], {
    timeout: START_LIMIT_MS,
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('The browser has no window.');
  return context;
}
