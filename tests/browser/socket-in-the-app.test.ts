import type { BrowserContext } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { signInAt } from './support/chromium';
import { openRealWindow } from './support/real-window';
import { countServerSockets, expectServerSockets } from './support/server-sockets';
import { createStage, type Tab } from './support/stage';

const PAIRS = 20;

const TOGGLES = 5;

const stage = createStage();

/** A person in front of a real window, their tasks live. */
async function openTasks(name: string): Promise<{ readonly window: BrowserContext; readonly tab: Tab }> {
  const window = await openRealWindow(inject('chromiumPath'));
  const tab = await stage.openBlankTab(window);
  await signInAt(tab.page, stage.appUrl, name);
  await tab.waitForConnection(/up to date/i);
  await expectServerSockets(stage.service.url, 1);
  return { window, tab };
}

/** A change goes there and comes back, on the one socket. */
async function expectOneSocket(tab: Tab, title: string): Promise<void> {
  await tab.waitForConnection(/up to date/i);
  await tab.add(title);
  await tab.task(title).waitFor();
  await tab.waitForConnection(/up to date/i);
  await expectServerSockets(stage.service.url, 1);
}

describe('one page has one socket at the server', () => {
  it('[CS20] after two quick navigations', async () => {
    const { tab } = await openTasks('Nav');
    for (let round = 1; round <= 3; round += 1) {
      await tab.page.goto(`${stage.appUrl}/tasks`, { waitUntil: 'commit' });
      await tab.page.goto(`${stage.appUrl}/tasks`, { waitUntil: 'commit' });
      await expectOneSocket(tab, `Round ${round}`);
    }
  });

  it('[CS20] after going away and back', async () => {
    const { tab } = await openTasks('Bea');
    for (let round = 1; round <= 3; round += 1) {
      await tab.page.goto(`${stage.appUrl}/login`);
      await tab.page.goBack({ waitUntil: 'commit' });
      await expectOneSocket(tab, `Round ${round}`);
    }
  });

  it('[CS21] and keeps it through being hidden and shown twenty times', async () => {
    const { window, tab } = await openTasks('Hyde');
    const other = await window.newPage();
    const opened = tab.socketCount();
    const isHidden = () => tab.page.evaluate(() => document.hidden);
    for (let pair = 1; pair <= PAIRS; pair += 1) {
      await other.bringToFront();
      await expect.poll(isHidden).toBe(true);
      await tab.page.bringToFront();
      await expect.poll(isHidden).toBe(false);
      expect(await countServerSockets(stage.service.url)).toBe(1);
    }
    await expectOneSocket(tab, 'Still here');
    expect(tab.socketCount()).toBe(opened);
  });

  it('[CS21] and keeps it through offline and online while it lives', async () => {
    const { window, tab } = await openTasks('Onny');
    const opened = tab.socketCount();
    for (let round = 1; round <= TOGGLES; round += 1) {
      // Told so by the browser, whose open sockets live on: a hint, no fact.
      await window.setOffline(true);
      await window.setOffline(false);
      expect(await countServerSockets(stage.service.url)).toBe(1);
    }
    await expectOneSocket(tab, 'Still here');
    expect(tab.socketCount()).toBe(opened);
  });

  it('[CS20] after the network was really gone, and came back in fits', async () => {
    stage.expectProblems(/WebSocket connection to|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to fetch/);
    const { window, tab } = await openTasks('Otto');
    await window.setOffline(true);
    await stage.killService();
    await stage.restartService();
    await tab.waitForConnection(/reconnecting/i);
    for (let round = 1; round <= TOGGLES; round += 1) {
      await window.setOffline(false);
      await window.setOffline(true);
    }
    await window.setOffline(false);
    await expectOneSocket(tab, 'Back again');
  });
});
