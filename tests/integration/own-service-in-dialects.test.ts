import { afterEach, describe, expect, it } from 'vitest';
import { realTimeSync, syncService, taskUpdate, todo } from '@/lib/connectors';
import type { ForeignConnector } from '@/lib/protocol';
import { viewAll, waitingCount } from '@/lib/replica';
import { openForeignSession, wishesOf } from '@/tests/support/foreign-session';
import { signInToService } from '@/tests/support/service-api';
import { endAllServices, startService } from '@/tests/support/service-process';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await endAllServices();
});

interface Options {
  readonly baseUrl: string;
  readonly tasksUrl: string;
  readonly getToken: () => Promise<string>;
}

const KINDS: readonly [string, (options: Options) => ForeignConnector][] = [
  ['sync-service', syncService],
  ['task-update', taskUpdate],
  ['real-time-sync', realTimeSync],
  ['todo', todo],
];

describe("Taskwire's own service through the connectors for others", () => {
  it.each(KINDS)('[DI50, SV33] agrees with %s', async (_, make) => {
    const service = await startService();
    const api = await signInToService(service.url, 'Ada');
    const connector = make({
      baseUrl: service.url,
      tasksUrl: `${service.url}/api/v1/tasks`,
      getToken: async () => api.token,
    });
    const open = () => {
      const opened = openForeignSession(connector, api.userId);
      ends.push(() => opened.session.dispose());
      opened.connection.connect();
      return opened.session;
    };
    const [a, b] = [open(), open()];
    const agreed = () =>
      expect
        .poll(
          async () => {
            const kept = (await api.list()).tasks
              .map(({ id, title, completed }) => `${id} ${title} ${completed}`)
              .sort();
            return [a, b].map((session) => {
              const shown = viewAll(session.replica)
                .map(({ id, title, completed }) => `${id} ${title} ${completed}`)
                .sort();
              const isEqual = JSON.stringify(shown) === JSON.stringify(kept);
              return isEqual && waitingCount(session.replica) === 0 && session.getStatus().state === 'live'
                ? 'agreed'
                : { shown, kept };
            });
          },
          { timeout: 20_000, interval: 100 },
        )
        .toEqual(['agreed', 'agreed']);
    await agreed();
    const [mine, theirs] = [wishesOf(a), wishesOf(b)];
    mine.create('Milk', { description: 'Oat' });
    await agreed();
    theirs.update(theirs.find('Milk').id, { title: 'Oat milk' });
    await agreed();
    mine.complete(mine.find('Oat milk').id, true);
    await agreed();
    theirs.complete(theirs.find('Oat milk').id, false);
    theirs.create('Bread');
    await agreed();
    const { id } = mine.find('Bread');
    mine.remove(id);
    await agreed();
    mine.restore(id);
    await agreed();
    expect((await api.list()).tasks.map(({ title }) => title).sort()).toEqual(['Bread', 'Oat milk']);
    expect(a.getFacts().receipts.length + b.getFacts().receipts.length + a.getFacts().rejections.length).toBe(0);
  });
});
