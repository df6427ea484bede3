import { describe, expect, it } from 'vitest';
import { signInToService } from '@/tests/support/service-api';
import { startService } from '@/tests/support/service-process';
import { createStage, type Tab } from './support/stage';

/** The longest wait between two attempts, and a little more, milliseconds. */
const RECONNECT_LIMIT_MS = 40_000;

/** What the browser itself reports of each attempt: at the socket, or at the token that the app cannot have checked. */
const FAILED_ATTEMPT = /WebSocket connection to|ERR_CONNECTION_REFUSED|503 .*\/api\/token/;

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
    stage.expectProblems(FAILED_ATTEMPT);
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

  it('[NT4] leaves a page that is opened meanwhile waiting, which then fills without a reload', {
    timeout: 120_000,
  }, async () => {
    stage.expectProblems(FAILED_ATTEMPT);
    const { tab } = await stage.signIn('Hedy');
    await tab.waitForConnection(/up to date/i);
    await tab.add('Still there');
    await tab.task('Still there').waitFor();
    await tab.waitForConnection(/up to date/i);
    await stage.killService();
    await tab.page.reload();
    await tab.waitForConnection(/reconnecting/i);
    await stage.restartService();
    await tab.task('Still there').waitFor({ timeout: RECONNECT_LIMIT_MS });
    await tab.waitForConnection(/up to date/i);
  });

  it('[OB5] keeps a change made meanwhile and carries it out once, when it is back', { timeout: 120_000 }, async () => {
    stage.expectProblems(FAILED_ATTEMPT);
    const { tab } = await stage.signIn('Ida');
    await tab.waitForConnection(/up to date/i);
    await stage.killService();
    await tab.waitForConnection(/reconnecting/i);
    await tab.add('Made offline');
    await tab.task('Made offline').waitFor();
    await tab.waitForConnection(/1 change not saved/i);
    const { url } = await stage.restartService();
    await tab.connection.filter({ hasText: /up to date/i }).waitFor({ timeout: RECONNECT_LIMIT_MS });
    const { tasks } = await (await signInToService(url, 'Ida')).list();
    expect(tasks.map(({ title }) => title)).toEqual(['Made offline']);
    expect(await tab.titles()).toEqual(['Made offline']);
    expect(await tab.toasts()).toEqual([]);
  });
});
