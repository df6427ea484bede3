import { afterEach, describe, expect, it } from 'vitest';
import { realTimeSync, syncService, taskmd, taskUpdate, todo } from '@/lib/connectors';
import type { ForeignConnector } from '@/lib/protocol';
import type { Session } from '@/lib/sync';
import {
  createSeededRandom,
  type ForeignServer,
  ROUGH,
  realTimeSyncServer,
  type ServerQuirks,
  syncServiceServer,
  taskmdServer,
  taskUpdateServer,
  todoServer,
} from '@/lib/testing';
import { openForeignSession, stateOf, wishesOf } from '@/tests/support/foreign-session';

type Options = { baseUrl: string; getToken: () => Promise<string> };

const KINDS: readonly [string, (quirks: ServerQuirks) => ForeignServer, (options: Options) => ForeignConnector][] = [
  ['sync-service', syncServiceServer, syncService],
  ['task-update', taskUpdateServer, taskUpdate],
  ['real-time-sync', realTimeSyncServer, realTimeSync],
  ['taskmd', taskmdServer, (options) => taskmd({ ...options, projectId: 'my project' })],
  ['todo', todoServer, todo],
];

/** Ways in which whole servers differ; each is a row of its own for every kind. */
const MANNERS: readonly [string, ServerQuirks][] = [
  ['by its document', {}],
  ['rough', ROUGH],
  ['with slim messages', { ...ROUGH, updates: 'partial', ids: 'numeric string', times: 'nanoseconds', refusal: 1008 }],
  [
    'with changes, without creates',
    { updates: 'changes', neverCreates: true, ids: 'uuid', times: 'zero', deletesByUpdate: true },
  ],
  [
    'without times or answers',
    { times: 'missing', answersNothing: true, payload: 'data.payload', deletesWithRow: true },
  ],
  [
    'with null times, the other case, toggling',
    { times: 'null', otherCase: true, completeToggles: true, payload: 'task_data' },
  ],
];

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function stage(
  makeServer: (quirks: ServerQuirks) => ForeignServer,
  make: (options: Options) => ForeignConnector,
  quirks: ServerQuirks,
) {
  const server = makeServer(quirks);
  let token = 'good-1';
  server.tokens.add(token);
  await server.start();
  ends.push(() => server.stop(1006));
  const connector = make({ baseUrl: server.url, getToken: async () => token });
  const { session, connection, faults } = openForeignSession(connector);
  ends.push(() => session.dispose());
  const renew = (next: string) => {
    server.tokens.clear();
    server.tokens.add(next);
    return () => {
      token = next;
    };
  };
  return { server, session, connection, faults, renew };
}

/** Waits until the person sees exactly what the server has. */
async function agreed(session: Session, server: ForeignServer): Promise<void> {
  await expect
    .poll(
      () => {
        const { state, waiting, shown, kept } = stateOf(session, server);
        return state === 'live' && waiting === 0 && JSON.stringify(shown) === JSON.stringify(kept)
          ? 'agreed'
          : { state, waiting, shown, kept };
      },
      { timeout: 8_000, interval: 20 },
    )
    .toBe('agreed');
}

describe.each(KINDS)('%s', (name, makeServer, make) => {
  it.each(MANNERS)('[RP44] goes the whole way, %s', async (_, quirks) => {
    const { server, session, connection } = await stage(makeServer, make, quirks);
    const wishes = wishesOf(session);
    server.create({ title: 'Already there', description: 'Since long', priority: 'high' });
    connection.connect();
    await agreed(session, server);

    const theirs = server.create({ title: 'Theirs' });
    await agreed(session, server);
    server.update(theirs.id, { title: 'Theirs, renamed' });
    server.update(theirs.id, { completed: true });
    server.update(theirs.id, { priority: 'low' });
    await agreed(session, server);
    server.remove(theirs.id);
    await agreed(session, server);

    wishes.create('Mine', { description: 'Text', priority: 'low' });
    wishes.create('Twin');
    wishes.create('Twin');
    await agreed(session, server);
    expect(server.list()).toHaveLength(4);
    expect(
      server
        .list()
        .map(({ title }) => title)
        .sort(),
    ).toEqual(['Already there', 'Mine', 'Twin', 'Twin']);
    wishes.update(wishes.find('Mine').id, { title: 'Mine, renamed' });
    wishes.complete(wishes.find('Already there').id, true);
    await agreed(session, server);
    expect(server.find(wishes.find('Mine, renamed').id)).toMatchObject({ description: 'Text', priority: 'low' });
    wishes.complete(wishes.find('Already there').id, false);
    await agreed(session, server);
    expect(server.list().some(({ completed }) => completed)).toBe(false);

    const { id } = wishes.find('Mine, renamed');
    wishes.remove(id);
    await agreed(session, server);
    expect(server.list()).toHaveLength(3);
    wishes.restore(id);
    await agreed(session, server);
    expect(server.list()).toHaveLength(4);
    expect(wishes.find('Mine, renamed')).toMatchObject({ description: 'Text' });
    if (name === 'real-time-sync') expect(server.find(id)?.title).toBe('Mine, renamed');

    server.refuseNext.push(422);
    wishes.update(wishes.find('Mine, renamed').id, { title: 'Never' });
    await agreed(session, server);
    expect(session.getFacts().rejections).toMatchObject([{ status: 422, reason: 'Refused by the test.' }]);
    expect(session.getFacts().receipts).toEqual([]);
  });

  it('[RS30] misses nothing over a break of any kind, and sends what was made meanwhile once', async () => {
    const { server, session, connection } = await stage(makeServer, make, ROUGH);
    const wishes = wishesOf(session);
    for (let count = 0; count < 5; count++) server.create({ title: `Task ${count}` });
    connection.connect();
    await agreed(session, server);
    for (const code of [1012, 1001, 1005, 1006, 1000]) {
      await server.stop(code);
      await expect.poll(() => session.getStatus().state, { timeout: 20_000 }).not.toBe('live');
      const [first, second] = server.list();
      if (first) server.remove(first.id);
      if (second) server.update(second.id, { completed: true });
      server.create({ title: `Missed ${code}` });
      wishes.create(`Own ${code}`);
      await server.start();
      await agreed(session, server);
      expect(server.list().filter(({ title }) => title === `Own ${code}`)).toHaveLength(1);
    }
  });

  it('[RP40] agrees after any order of doubled and overtaking events', async () => {
    for (const seed of [1, 2, 3]) {
      const random = createSeededRandom(seed);
      const quirks = { ...ROUGH, repeatsEvery: 2, reordersEvery: 3 };
      const { server, session, connection } = await stage(makeServer, make, quirks);
      const wishes = wishesOf(session);
      connection.connect();
      await agreed(session, server);
      for (let step = 0; step < 40; step++) {
        const some = server.list()[Math.floor(random() * server.list().length)];
        const dice = random();
        if (some === undefined || dice < 0.3) server.create({ title: `S${step}` });
        else if (dice < 0.6) server.update(some.id, { title: `U${step}`, completed: random() < 0.5 });
        else if (dice < 0.7) server.remove(some.id);
        else if (dice < 0.8) wishes.create(`C${step}`);
        else wishes.update(some.id, { title: `O${step}` });
        if (random() < 0.3) await new Promise((go) => setTimeout(go, 5));
      }
      await agreed(session, server);
    }
  });

  it('[BO8] takes a fresh token after a refusal of any kind, and says needs-auth when that is refused too', async () => {
    for (const refusal of ['http 401', 'http 403', 1008, 4001] as const) {
      const { server, session, connection, renew } = await stage(makeServer, make, { refusal });
      server.create({ title: 'Mine alone' });
      const take = renew('good-2');
      take();
      connection.connect();
      await agreed(session, server);
      renew('good-3')();
      server.closeAll(1006);
      await agreed(session, server);
      renew('nobody has this');
      server.closeAll(1006);
      const isTold = typeof refusal === 'number' || name === 'todo';
      await expect
        .poll(() => session.getStatus(), { timeout: 20_000 })
        .toMatchObject(isTold ? { state: 'stopped', reason: 'needs-auth' } : { state: 'waiting' });
    }
  });

  it('[RS31] finds a deaf socket by comparing, and is never wrong for long', async () => {
    const { server, session, connection } = await stage(makeServer, make, {});
    connection.connect();
    await agreed(session, server);
    server.quirks.deaf = true;
    server.create({ title: 'Unheard' });
    await agreed(session, server);
    await expect.poll(() => server.connects, { timeout: 20_000 }).toBe(2);
    server.quirks.deaf = false;
    server.create({ title: 'Heard' });
    await agreed(session, server);
  });

  it('[RS30] asks for one list per connection', async () => {
    const { server, session, connection } = await stage(makeServer, make, {});
    const lists = () => server.requests.filter((request) => request.startsWith('GET')).length;
    for (let count = 1; count <= 3; count++) {
      connection.connect();
      await agreed(session, server);
      expect(lists()).toBe(count);
      connection.disconnect();
    }
  });

  it('[DI12] lets a task live whose deletion was refused, and believes a row that says it is gone', async () => {
    const { server, session, connection } = await stage(makeServer, make, {});
    const kept = server.create({ title: 'Kept' });
    connection.connect();
    await agreed(session, server);
    server.tell({ kind: 'deleted', task: kept, changed: [], deletedFlag: false });
    server.create({ title: 'After it' });
    await agreed(session, server);
    server.quirks.deletesByUpdate = true;
    server.remove(kept.id);
    await agreed(session, server);
  });
});

describe('a server that locks out', () => {
  it('[BO3] after ten connects a minute is waited for', async () => {
    const { server, session, connection } = await stage(taskUpdateServer, taskUpdate, { lockoutMs: 1_000 });
    connection.connect();
    for (let count = 0; count < 12; count++) {
      await expect
        .poll(() => server.clients + Number(session.getStatus().state !== 'live'), { timeout: 20_000 })
        .toBeGreaterThan(0);
      server.closeAll(1006);
    }
    await agreed(session, server);
  });
});
