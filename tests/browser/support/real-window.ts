import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { onTestFinished, vi } from 'vitest';
import { HAS_GROUPS, stopTree } from '@/scripts/lib/process-tree.mjs';
import { CHROMIUM_ARGS } from './chromium';

const START_LIMIT_MS = 30_000;

/**
 * Opens a browser window that behaves as a person's does, for the test that calls it: the tab in front hides the others, and
 * the back/forward cache is on. A browser that Playwright launches keeps every page visible and that cache off.
 */
export async function openRealWindow(executablePath: string): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'taskwire-chromium-'));
  const args = [...CHROMIUM_ARGS, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(executablePath, args, { stdio: 'ignore', detached: HAS_GROUPS });
  onTestFinished(async () => {
    // With its helpers: one that outlives the browser writes into the profile while it is being removed.
    await stopTree(child);
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
