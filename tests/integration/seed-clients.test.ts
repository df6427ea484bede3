import { afterEach, describe, expect, it, vi } from 'vitest';
import { integrationTestWs } from '@/tests/integration_test_ws';
import { runScript } from '@/tests/support/run-script';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, startService } from '@/tests/support/service-process';
import type { SeedClient } from './seed-clients/rows';
import { connectSeed000 } from './seed-clients/seed-000';
import { connectSeed001 } from './seed-clients/seed-001';
import { connectSeed002 } from './seed-clients/seed-002';
import { connectSeed003 } from './seed-clients/seed-003';
import { connectSeed004 } from './seed-clients/seed-004';

afterEach(endAllServices);

const POLLING = { timeout: 15_000, interval: 20 };

/** How each client connects, and what it should hear of the steps below. */
const CLIENTS: readonly (readonly [
  seed: string,
  connect: (host: string, user: ServiceApi) => SeedClient,
  hears: readonly string[],
])[] = [
  [
    '000',
    (host, { token }) => connectSeed000(`ws://${host}/ws?dialect=sync-service`, token),
    ['BATCH_UPDATE', 'TASK_CREATED', 'TASK_UPDATED', 'TASK_UPDATED', 'TASK_CREATED', 'TASK_DELETED'],
  ],
  [
    '001',
    (host, { userId, token }) => connectSeed001(`ws://${host}/ws`, userId, token),
    ['task.created', 'task.updated', 'task.completed', 'task.created', 'task.deleted'],
  ],
  [
    '002',
    (host, { userId, token }) => connectSeed002(host, userId, token),
    ['task_created', 'task_updated', 'task_status_changed', 'task_created', 'task_deleted'],
  ],
  [
    '004',
    (host, { userId, token }) => connectSeed004(host, userId, token),
    ['AUTH_SUCCESS', 'TASK_CREATED', 'TASK_UPDATED', 'TASK_UPDATED', 'TASK_CREATED', 'TASK_DELETED'],
  ],
];

async function everyone(): Promise<{ url: string; host: string; ada: ServiceApi; eve: ServiceApi }> {
  const { url } = await startService();
  const [ada, eve] = [await signInToService(url, 'Ada'), await signInToService(url, 'Eve')];
  return { url, host: url.replace('http://', ''), ada, eve };
}

/** Settles when the client has heard of everything so far: a task of ours came and went. */
async function untilItListens(client: SeedClient, user: ServiceApi): Promise<void> {
  await vi.waitFor(async () => {
    await user.remove((await user.create({ title: 'is anybody there?' })).id);
    if (client.heard.length === 0) throw new Error('it does not listen yet');
  }, POLLING);
  const { id } = await user.create({ title: 'the last one before the test' });
  await expect.poll(() => client.tasks.map((task) => task.id), POLLING).toContain(id);
  await user.remove(id);
  await expect.poll(() => client.tasks, POLLING).toEqual([]);
}

describe('a client that was written from its seed document alone', () => {
  it.each(CLIENTS)(
    '[SV138] of seed %s sees what its user does, and nothing of others',
    async (_seed, connect, hears) => {
      const { host, ada, eve } = await everyone();
      const client = connect(host, ada);
      await untilItListens(client, ada);
      await expect.poll(() => client.tasks, POLLING).toEqual([]);
      const before = client.heard.length;

      await eve.create({ title: 'of Eve' });
      const milk = await ada.create({ title: 'milk', priority: 'high' });
      await ada.patch(milk.id, { title: 'oat milk' });
      await ada.complete(milk.id);
      const bread = await ada.create({ title: 'bread' });
      await ada.remove(bread.id);

      const expected = hears.filter((word) => word !== 'AUTH_SUCCESS' && word !== 'BATCH_UPDATE');
      await expect.poll(() => client.heard.slice(before), POLLING).toEqual(expected);
      expect(client.tasks).toMatchObject([{ id: milk.id, title: 'oat milk', priority: 'high', completed: true }]);
      expect(client.heard).not.toContain('malformed');
      if (expected.length < hears.length) expect(client.heard).toContain(hears[0]);
      client.close();
    },
  );

  it('[SV138] of seed 003 sees what happens in its project, and how many see it', async () => {
    const { url, host, ada, eve } = await everyone();
    const projectId = await ada.createProject('home', [eve.userId]);
    const client = connectSeed003(host, projectId, eve.token);
    await expect
      .poll(async () => (await fetch(`${url}/api/v1/ws/stats?project_id=${projectId}`)).json(), POLLING)
      .toEqual({ status: 'ok', project_id: projectId, client_count: 1 });
    await eve.create({ title: 'of no project' });
    const milk = await ada.create({ title: 'milk', projectId });
    await eve.patch(milk.id, { title: 'oat milk' });
    await ada.complete(milk.id);
    const bread = await ada.create({ title: 'bread', projectId });
    await ada.remove(bread.id);
    await expect
      .poll(() => client.heard, POLLING)
      .toEqual(['task.created', 'task.updated', 'task.updated', 'task.created', 'task.deleted']);
    expect(client.tasks).toMatchObject([{ id: milk.id, title: 'oat milk', status: 'done' }]);
    client.close();
  });

  it('[SV138] of seed 000 starts with the tasks as they stand', async () => {
    const { host, ada } = await everyone();
    const milk = await ada.create({ title: 'milk' });
    const client = connectSeed000(`ws://${host}/ws?dialect=sync-service`, ada.token);
    await expect.poll(() => client.tasks, POLLING).toMatchObject([{ id: milk.id, title: 'milk', userId: ada.userId }]);
    client.close();
  });

  it('[SV133] stands beside clients of every other seed, and all see the same', async () => {
    const { host, ada } = await everyone();
    const clients = CLIENTS.map(([, connect]) => connect(host, ada));
    for (const client of clients) await untilItListens(client, ada);
    const titles = Array.from({ length: 20 }, (_, index) => `task ${index}`);
    await Promise.all(titles.map((title) => ada.create({ title })));
    for (const client of clients) {
      await expect.poll(() => client.tasks.map(({ title }) => title).sort(), POLLING).toEqual([...titles].sort());
      client.close();
    }
  });
});

describe('seed 004’s integration test', () => {
  it('[SV138] holds in all its steps', async () => {
    const { url } = await startService();
    const steps: string[] = [];
    await integrationTestWs(url, (step) => steps.push(step));
    expect(steps.map((step) => step[0])).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('[SV138] runs as a command against a service, and fails in words where there is none', async () => {
    const { url } = await startService();
    expect(await runScript('test-ws.mjs', { SERVICE_URL: url }).ended).toMatchObject({
      code: 0,
      output: expect.stringContaining('All steps hold.'),
    });
    await endAllServices();
    const { code, output } = await runScript('test-ws.mjs', { SERVICE_URL: url }).ended;
    expect(code).not.toBe(0);
    expect(output).toMatch(/fetch failed|ECONNREFUSED/);
  });
});
