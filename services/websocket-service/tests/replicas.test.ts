import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { userOf } from './support/api';
import { createCuttableProxy } from './support/cuttable-proxy';
import { PATIENT_MS, POLLING } from './support/patience';
import { createDatabase, runSql } from './support/postgres';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

const TITLE = { title: 'milk' };

async function startReplicas(limits: { readonly logPollMs?: number } = {}) {
  const databaseUrl = await createDatabase();
  const [first, second] = await Promise.all([
    startTestService({ config: { databaseUrl }, limits }),
    startTestService({ config: { databaseUrl }, limits }),
  ]);
  const ada = await first.signIn('Ada');
  return { databaseUrl, first, second, ada, adaThere: userOf(second.api.call, ada.id, ada.token) };
}

describe('replicas on one PostgreSQL', { timeout: PATIENT_MS }, () => {
  it('[LG18] bring every event to every reader, in order and once, whoever wrote it', async () => {
    const { first, second, ada, adaThere } = await startReplicas();
    const sockets = await Promise.all([first, second, first, second].map(({ url }) => openNative(url, ada.token)));
    const goal = 60;
    const write = async (user: typeof ada, count: number) => {
      for (let index = 0; index < count; index += 1) await user.create();
    };
    await Promise.all([
      write(ada, goal / 4),
      write(adaThere, goal / 4),
      write(ada, goal / 4),
      write(adaThere, goal / 4),
    ]);
    const expected = Array.from({ length: goal }, (_, index) => index + 1);
    for (const socket of sockets) {
      await socket.until(() => socket.events().length >= goal);
      expect(socket.events().map((event) => event.seq)).toEqual(expected);
      expect(new Set(socket.events().map((event) => event.eventId)).size).toBe(goal);
    }
    expect((await adaThere.call('GET', '/api/v1/tasks?limit=500')).body.tasks).toHaveLength(goal);
  });

  it('[LG18] hear what the other wrote though hints are lost, from the heads alone', async () => {
    const { databaseUrl, second, ada } = await startReplicas({ logPollMs: 50 });
    await runSql(
      databaseUrl,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'taskwire hints'",
    );
    const socket = await openNative(second.url, ada.token);
    await ada.create();
    await socket.until(() => socket.events().length === 1);
  });

  it('[LG18] wake each other by a hint long before they look by themselves', async () => {
    const { second, ada } = await startReplicas({ logPollMs: 10 * PATIENT_MS });
    const socket = await openNative(second.url, ada.token);
    await ada.create();
    await ada.create();
    await socket.until(() => socket.events().length === 2);
  });

  it.each([
    [
      'with its upgrade',
      async (url: string, token: string) =>
        openSocket(url, { path: '/ws', protocol: null, headers: { authorization: `Bearer ${token}` } }),
    ],
    [
      'as AUTH',
      async (url: string, token: string) => {
        const socket = await openSocket(url, { path: '/ws?dialect=todo', protocol: null });
        socket.send({ type: 'AUTH', token });
        await socket.waitFor('AUTH_SUCCESS');
        return socket;
      },
    ],
  ])(
    '[SV149] bring a reader without positions all that the other commits once it is open, its token %s',
    async (_when, open) => {
      const databaseUrl = await createDatabase();
      const first = await startTestService({ config: { databaseUrl } });
      const gates: (() => void)[] = [];
      let isHeldUp = false;
      const second = await startTestService({
        config: { databaseUrl },
        openStorage: async (config, given) => {
          const storage = await openPostgresStorage(databaseUrl, { ...given, limits: storageLimitsOf(config) });
          const heads: typeof storage.heads = async (channels) => {
            if (isHeldUp) await new Promise<void>((resolve) => gates.push(resolve));
            return storage.heads(channels);
          };
          return { ...storage, heads };
        },
      });
      const ada = await first.signIn('Ada');
      isHeldUp = true;
      const opening = open(second.url, ada.token);
      await expect.poll(() => gates.length, POLLING).toBeGreaterThan(0);
      let isOpen = false;
      void opening.then(() => {
        isOpen = true;
      });
      await ada.create();
      expect(isOpen).toBe(false);
      isHeldUp = false;
      for (const pass of gates) pass();
      const socket = await opening;
      const { id } = await ada.create();
      await socket.waitFor((message) => (message.task as { id?: string } | undefined)?.id === id);
    },
  );

  it('[SV4] give requests with one key that reach both at once one change and one answer', async () => {
    const { ada, adaThere } = await startReplicas();
    for (let round = 0; round < 10; round += 1) {
      const headers = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(
        [ada, adaThere].map((user) => user.call('POST', '/api/v1/tasks', { body: TITLE, headers })),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(answers[0]?.text).toBe(answers[1]?.text);
    }
    expect((await ada.call('GET', '/api/v1/tasks')).body.tasks).toHaveLength(10);
  });

  it('[SV2, LG1] count the versions of one task and the seqs of its channel without a gap when both change it at once', async () => {
    const { first, ada, adaThere } = await startReplicas();
    const socket = await openNative(first.url, ada.token);
    const { id } = await ada.create();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? ada : adaThere).patch(id, { title: `${index}` })),
    );
    const versions = answers.map(({ body }) => body.task.version).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
    await socket.until(() => socket.events().length === 41);
    expect(socket.events().map((event) => event.version)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  });

  it('[SV1] refuse one id to the second of two that create it at once', async () => {
    const { ada, adaThere } = await startReplicas();
    const id = randomUUID();
    const answers = await Promise.all(
      [ada, adaThere].map((user) => user.call('POST', '/api/v1/tasks', { body: { id, ...TITLE } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

describe('a service whose PostgreSQL is gone for a while', { timeout: PATIENT_MS }, () => {
  it('[LG14, LG18] answers 503 with Retry-After, is not ready, and goes on by itself', async () => {
    const proxy = await createCuttableProxy(await createDatabase());
    const service = await startTestService({ config: { databaseUrl: proxy.url }, limits: { logPollMs: 50 } });
    const ada = await service.signIn('Ada');
    const socket = await openNative(service.url, ada.token);
    await ada.create();
    proxy.cut();
    for (const answer of [
      await ada.call('POST', '/api/v1/tasks', { body: TITLE }),
      await ada.call('GET', '/api/v1/tasks'),
    ]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await service.api.call('GET', '/ready')).status).toBe(503);
    expect((await service.api.call('GET', '/health')).status).toBe(200);
    proxy.mend();
    await expect.poll(async () => (await service.api.call('GET', '/ready')).status, POLLING).toBe(200);
    await ada.create();
    await socket.until(() => socket.events().length === 2);
    expect(socket.events().map((event) => event.seq)).toEqual([1, 2]);
  });
});
