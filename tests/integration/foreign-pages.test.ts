import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { autoDetect, todo } from '@/lib/connectors';
import { defaultSocketUrl, type ForeignConnector } from '@/lib/protocol';
import { acquireSession } from '@/lib/sync';
import {
  type ForeignServer,
  ROUGH,
  realTimeSyncServer,
  syncServiceServer,
  taskUpdateServer,
  todoServer,
} from '@/lib/testing';
import { sourceKey } from '@/lib/websocket';
import { findSource } from '@/lib/websocket/connection-registry';
import { stateOf, wishesOf } from '@/tests/support/foreign-session';

/** Where there are no locks, as in Node, a page counts as dead after 10 s and is looked for each 15 s. */
const TAKEN_OVER = { timeout: 45_000, interval: 100 };

const ends: (() => unknown)[] = [];

beforeAll(() => {
  // Node 20 has none of its own.
  Object.assign(globalThis, { WebSocket });
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(server: ForeignServer): Promise<ForeignServer> {
  await server.start();
  ends.push(() => server.stop(1006));
  return server;
}

/** What a provider does for its page; the undo closes the page and waits until it is gone. */
function openPage(connector: ForeignConnector, userId: string) {
  const lease = acquireSession({ userId, connector });
  lease.session.connection.connect();
  const close = async () => {
    lease.release();
    await new Promise((go) => setTimeout(go, 700));
  };
  ends.push(close);
  return { session: lease.session, close };
}

const agreed = (page: ReturnType<typeof openPage>, server: ForeignServer) =>
  expect
    .poll(
      () => {
        const { state, waiting, shown, kept } = stateOf(page.session, server);
        return state === 'live' && waiting === 0 && JSON.stringify(shown) === JSON.stringify(kept);
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe(true);

describe('a page at a server without versions', () => {
  it('[OB12] sends what it could not send before it was closed, once, after a reload', async () => {
    const server = await started(todoServer(ROUGH));
    server.tokens.add('good');
    server.create({ title: 'Already there' });
    const connector = () => todo({ baseUrl: server.url, getToken: async () => 'good' });
    const first = openPage(connector(), 'ada');
    await agreed(first, server);
    await server.stop(1006);
    await expect.poll(() => first.session.getStatus().state).not.toBe('live');
    const wishes = wishesOf(first.session);
    const id = wishes.create('Made offline');
    wishes.complete(wishes.find('Already there').id, true);
    await expect.poll(() => first.session.safetyOf(id)).toBe('on this device');
    await first.close();
    await server.start();
    const second = openPage(connector(), 'ada');
    await expect
      .poll(() => server.list().map(({ title, completed }) => [title, completed]), TAKEN_OVER)
      .toEqual([
        ['Already there', true],
        ['Made offline', false],
      ]);
    await agreed(second, server);
    expect(server.list()).toHaveLength(2);
  });

  it('[OB12, RP45] does not make a task twice whose answer the earlier page did not hear', async () => {
    const server = await started(todoServer({ eventFirstMs: 5_000 }));
    server.tokens.add('good');
    const connector = () => todo({ baseUrl: server.url, getToken: async () => 'good' });
    const first = openPage(connector(), 'bob');
    await agreed(first, server);
    server.quirks.deaf = true;
    const id = wishesOf(first.session).create('Only once');
    await expect.poll(() => server.list().length).toBe(1);
    await expect.poll(() => first.session.safetyOf(id)).toBe('on this device');
    await first.close();
    server.quirks.deaf = false;
    const second = openPage(connector(), 'bob');
    await agreed(second, server);
    // What the dead page kept is taken over, found at the server, and settled.
    let isTaken = false;
    second.session.onPatch((patch) => {
      isTaken ||= patch.settled.length > 0;
    });
    await expect.poll(() => isTaken, TAKEN_OVER).toBe(true);
    await agreed(second, server);
    expect(server.list().map(({ title }) => title)).toEqual(['Only once']);
  });

  it('[RX4] gives its connection to useWebSocket, which asks without an address', async () => {
    const server = await started(todoServer());
    server.tokens.add('good');
    const page = openPage(todo({ baseUrl: server.url, getToken: async () => 'good' }), 'cy');
    expect(findSource(sourceKey(defaultSocketUrl(), 'cy'))).toBe(page.session.connection);
    await page.close();
    expect(findSource(sourceKey(defaultSocketUrl(), 'cy'))).toBeUndefined();
  });

  it.each([
    ['task-update', taskUpdateServer, (userId: string) => `/ws/${userId}`, []],
    ['sync-service', syncServiceServer, () => '/ws', []],
    [
      'real-time-sync',
      realTimeSyncServer,
      (userId: string) => `/ws?userId=${userId}`,
      ['{"type":"subscribe","all":true}'],
    ],
  ] as const)('[DI54] finds out that its server speaks %s', async (name, make, path, greeting) => {
    const server = await started(make({ ...ROUGH, reordersEvery: 0 }));
    const detected: string[] = [];
    const connector = autoDetect({
      baseUrl: server.url,
      socketUrl: (userId) => server.url.replace('http', 'ws') + path(userId),
      onDetected: (dialect) => detected.push(dialect),
    });
    const page = openPage({ ...connector, socket: { ...connector.socket, greeting } }, `user-${name}`);
    await agreed(page, server);
    const { id } = server.create({ title: 'First' });
    await agreed(page, server);
    server.update(id, { completed: true });
    wishesOf(page.session).create('Mine');
    await agreed(page, server);
    expect(detected).toEqual([name]);
  });
});
