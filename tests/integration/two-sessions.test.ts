import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { native } from '@/lib/connectors';
import { createUuid, type Task, userChannel } from '@/lib/protocol';
import { type Patch, viewAll, waitingCount } from '@/lib/replica';
import { createSession, type Session } from '@/lib/sync';
import { browserEnvironment, WebSocketSyncClient } from '@/lib/websocket';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';

const sessions: Session[] = [];

afterEach(async () => {
  for (const session of sessions.splice(0)) session.dispose();
  await endAllServices();
});

/** The whole library, as a tab has it, against the real service. */
function openSession(service: ServiceProcess, { userId, token }: ServiceApi): Session {
  const url = `ws://127.0.0.1:${service.port}/ws`;
  const getToken = async () => token;
  const connector = native({ url, getToken });
  const connection = new WebSocketSyncClient(url, userId, {
    wire: 'native',
    getToken,
    channels: [userChannel(userId)],
    maxRetries: Number.POSITIVE_INFINITY,
    environment: {
      ...browserEnvironment,
      random: () => Math.random() / 10,
      createSocket: (address, protocols) => new WebSocket(address, protocols) as never,
    },
  });
  const session = createSession({ userId, connector, connection });
  sessions.push(session);
  connection.connect();
  return session;
}

const create = (session: Session, title: string) => {
  const taskId = createUuid();
  const draft = { id: taskId, title, status: 'pending', completed: false, createdAt: '', updatedAt: '', ownerId: '' };
  session.submit({ kind: 'create', id: createUuid(), taskId, task: { title }, draft });
  return taskId;
};

const byId = (tasks: readonly Task[]) => [...tasks].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

async function converged(api: ServiceApi, all: readonly Session[]): Promise<void> {
  await expect
    .poll(
      async () => {
        const { tasks } = await api.list();
        return all.map(({ replica }) => ({
          waiting: waitingCount(replica),
          isEqual: JSON.stringify(byId(viewAll(replica))) === JSON.stringify(byId(tasks)),
        }));
      },
      { timeout: 30_000, interval: 100 },
    )
    .toEqual(all.map(() => ({ waiting: 0, isEqual: true })));
}

describe('two sessions of one user on the real service', () => {
  it('[RP15] become equal, and only the other one is told', async () => {
    const service = await startService();
    const api = await signInToService(service.url, 'Ada');
    const [a, b] = [openSession(service, api), openSession(service, api)];
    await expect.poll(() => [a.getStatus().state, b.getStatus().state]).toEqual(['live', 'live']);
    const told: string[][] = [[], []];
    [a, b].forEach((session, index) => {
      session.onPatch(({ remote }: Patch) => told[index]?.push(...remote.map(({ event }) => event.kind)));
    });
    const id = create(a, 'Milk');
    await converged(api, [a, b]);
    a.submit({ kind: 'update', id: createUuid(), taskId: id, changes: { title: 'Oat milk' } });
    await converged(api, [a, b]);
    a.submit({ kind: 'delete', id: createUuid(), taskId: id });
    await converged(api, [a, b]);
    a.submit({ kind: 'restore', id: createUuid(), taskId: id });
    await converged(api, [a, b]);
    expect(viewAll(b.replica)).toMatchObject([{ title: 'Oat milk', version: 4 }]);
    expect(told).toEqual([[], ['created', 'updated', 'deleted', 'restored']]);
  });

  it('[OB5] lose nothing and double nothing over three kills of the service while both write', async () => {
    let service = await startService();
    const api = await signInToService(service.url, 'Ada');
    const [a, b] = [openSession(service, api), openSession(service, api)];
    await expect.poll(() => [a.getStatus().state, b.getStatus().state]).toEqual(['live', 'live']);
    const titles: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 10; index++) {
        for (const [name, session] of [['a', a] as const, ['b', b] as const]) {
          const title = `${name}${round}.${index}`;
          titles.push(title);
          create(session, title);
        }
        if (index === 5) await service.end('SIGKILL');
      }
      service = await startService({ port: service.port, dataDir: service.dataDir });
    }
    await converged(api, [a, b]);
    expect(
      viewAll(a.replica)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(titles.sort());
    expect(viewAll(a.replica).every(({ version }) => version === 1)).toBe(true);
  });
});
