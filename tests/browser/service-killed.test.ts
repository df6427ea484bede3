import { describe, expect, it } from 'vitest';
import { signInToService } from '@/tests/support/service-api';
import { startService } from '@/tests/support/service-process';
import { createStage, type Tab } from './support/stage';

/** The longest wait between two attempts, and a little more, milliseconds. */
const RECONNECT_LIMIT_MS = 40_000;

const stage = createStage();

/** The frames of the sockets that a tab opened after the first `count`. */
const framesAfter = (tab: Tab, count: number) =>
  tab.frames
    .filter(({ socket, direction }) => socket >= count && direction === 'received')
    .map(({ message }) => message);

describe('a service that is killed', () => {
  it('[NT4, SV17] is told truthfully, and afterwards both pages show what changed, by replay alone', {
    timeout: 120_000,
  }, async () => {
    // The browser itself reports each attempt that fails: at the socket, or at the token that the app cannot have checked.
    stage.expectProblems(/WebSocket connection to|ERR_CONNECTION_REFUSED|503 .*\/api\/token/);
    const { tab: a, openTab } = await stage.signIn('Grace');
    const b = await openTab();
    const tabs = [a, b];
    for (const tab of tabs) await tab.waitForConnection(/up to date/i);
    await a.add('Before');
    for (const tab of tabs) await tab.task('Before').waitFor();
    for (const tab of tabs) await tab.waitForConnection(/up to date/i);

    await stage.killService();
    for (const tab of tabs) await tab.waitForConnection(/reconnecting.*\b\d+ s/i);
    const known = tabs.map((tab) => tab.socketCount());
    const requested = tabs.map((tab) => tab.requests.length);

    // Restarted first where the pages do not look for it, so that both changes are made before either page is back.
    const elsewhere = await startService({ dataDir: stage.service.dataDir });
    const grace = await signInToService(elsewhere.url, 'Grace');
    const [before] = (await grace.list()).tasks;
    await grace.patch(before?.id ?? '', { title: 'Changed meanwhile' });
    await grace.create({ title: 'Added meanwhile' });
    await elsewhere.end('SIGKILL');
    await stage.restartService();

    for (const [index, tab] of tabs.entries()) {
      await tab.task('Changed meanwhile').waitFor({ timeout: RECONNECT_LIMIT_MS });
      await tab.task('Added meanwhile').waitFor();
      await tab.waitForConnection(/up to date/i);
      expect((await tab.titles()).sort()).toEqual(['Added meanwhile', 'Changed meanwhile']);

      const received = framesAfter(tab, known[index] ?? 0);
      const subscriptions = received.filter(({ type }) => type === 'subscribed');
      const events = received.flatMap((frame) => (frame.type === 'batch' ? (frame.events as unknown[]) : [frame]));
      const changes = events.filter((event) => (event as { type?: unknown }).type === 'task_update');
      expect(subscriptions).toEqual([expect.objectContaining({ recovered: true, replayed: 2 })]);
      expect(changes).toHaveLength(2);
      expect(received.filter(({ type }) => type === 'snapshot')).toEqual([]);
      const lists = tab.requests.slice(requested[index]).filter((line) => /^GET .*\/api\/v1\/tasks(\?.*)?$/.test(line));
      expect(lists).toEqual([]);
    }
  });
});
