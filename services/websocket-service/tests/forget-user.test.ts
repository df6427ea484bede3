import { describe, expect, it } from 'vitest';
import { forgetOneUser } from '@/commands/forget-one-user';
import { createJournal } from '@/log/journal';
import { silentLogger } from '@/ports/logger';
import { forgetUser } from '@/tasks/forget-user';
import { readPublishedEvent } from '@/tasks/published-event';
import { createFakePeer } from './support/fake-peer';
import { PATIENT_MS } from './support/patience';
import { createDatabase } from './support/postgres';
import { createTaskStore, TASK_DATABASES } from './support/task-store';
import { startTestService } from './support/test-service';
import { openNative } from './support/test-socket';
import { TEST_SECRET } from './support/tokens';

/** What each channel says after the user was forgotten and their task published anew. */
const TOLD = {
  'user:ada': [['task_update', 1, 'task.created']],
  'user:bob': [
    ['access_removed', undefined, undefined],
    ['task_update', undefined, 'task.shared'],
  ],
  'project:p': [
    ['access_removed', undefined, undefined],
    ['task_update', 1, 'task.created'],
  ],
};

describe.each(TASK_DATABASES)('a user who is forgotten, in $name', ({ open }) => {
  const createStore = async () => {
    const database = await open();
    const store = createTaskStore(database);
    const journal = createJournal(database, { clock: store.clock, log: silentLogger, onWritten: () => {} });
    return {
      ...store,
      forget: (userId: string, piece?: number) =>
        forgetUser({ journal, db: database.db, userId, ...(piece !== undefined && { piece }) }),
      publish: async (event: object) => {
        const reading = readPublishedEvent(event);
        if (!reading.ok) throw new Error(reading.reason);
        return (await store.storage.publish([reading.event], 'once')).map(({ outcome }) => outcome);
      },
    };
  };

  it('[LG22, SV71] is not named any more in the history of what was shared with them', async () => {
    const { storage, write, forget } = await createStore();
    await write('ada', { kind: 'create', taskId: 't', fields: { title: 'milk' } });
    await write('ada', { kind: 'share', taskId: 't', userId: 'bob' });
    await forget('bob');
    const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: 't', limit: 10 }));
    expect(history).toMatchObject([{ event: 'task.shared', actor: { id: 'ada' } }, { event: 'task.created' }]);
    expect(JSON.stringify(history)).not.toContain('bob');
  });

  it.each([1, 2, 3, 7, 1_000])('[LG50] is scrubbed piece by piece, none left out: %i rows at a time', async (piece) => {
    const { db, clock, write, forget } = await createStore();
    for (const taskId of ['c', 'a', 'b']) {
      await write('eve', { kind: 'create', taskId, fields: { title: 'eve’s' } });
      clock.advance(1);
      await write('eve', { kind: 'share', taskId, userId: 'ada' });
      await write('ada', { kind: 'patch', taskId, fields: { note: 1 } });
    }
    await write('ada', { kind: 'create', taskId: 'own', fields: { title: 'ada’s' } });
    await write('ada', { kind: 'share', taskId: 'own', userId: 'eve' });
    await forget('ada', piece);
    for (const table of ['events', 'history'] as const) {
      const rows = await db.selectFrom(table).select('body').execute();
      expect(rows.length).toBeGreaterThan(6);
      expect(rows.map(({ body }) => body).join('')).not.toContain('"ada"');
    }
    const lines = await db.selectFrom('history').select('task_id').distinct().orderBy('task_id').execute();
    expect(lines.map(({ task_id }) => task_id)).toEqual(['a', 'b', 'c']);
  });

  it('[LG51] is forgotten by their own devices too: who stood at the head begins anew', async () => {
    const { storage, read, write, forget } = await createStore();
    await write('ada', { kind: 'create', taskId: 't', fields: { title: 'milk' } });
    const head = (await storage.heads(['user:ada'])).get('user:ada');
    await forget('ada');
    const peer = createFakePeer();
    read('user:ada', peer, head);
    await expect.poll(() => peer.messages.at(-1)).toMatchObject({ type: 'snapshot', tasks: [], last: true });
    expect(peer.messages[0]).toMatchObject({ type: 'subscribed', recovered: false, position: { seq: 2 } });
  });

  it('[LG51] leaves no trace that a task of theirs, published anew, could be held up by', async () => {
    const { storage, read, forget, publish } = await createStore();
    const event = { event_type: 'TASK_ADDED', user_id: 'ada', task_id: 't', shared_with: ['bob'] };
    await publish({ ...event, data: { title: 'milk', project_id: 'p' }, version: 9 });
    await publish({ ...event, event_type: 'TASK_CHANGED', data: { note: 1 } });
    const channels = ['user:ada', 'user:bob', 'project:p'] as const;
    const before = await storage.heads(channels);
    await forget('ada');
    expect(await publish({ ...event, data: { title: 'oats', project_id: 'p' } })).toEqual(['accepted']);
    for (const channel of channels) {
      const seq = before.get(channel)?.seq ?? 0;
      const events = await storage.read(channel, seq, 10);
      const told = events.map(({ type, version, body }) => [type, version, JSON.parse(body).event]);
      expect(told).toEqual(TOLD[channel]);
      const peer = createFakePeer();
      read(channel, peer, before.get(channel));
      await expect.poll(() => JSON.stringify(peer.messages)).toContain('oats');
      expect(JSON.stringify(peer.messages)).not.toContain('milk');
    }
    expect(await publish({ ...event, event_type: 'TASK_CHANGED', data: { note: 2 } })).toEqual(['accepted']);
    const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: 't', limit: 10 }));
    expect(history.map(({ version }: { readonly version: number }) => version)).toEqual([2, 1, 1]);
  });
});

describe('a user who is forgotten while services run on the same PostgreSQL', { timeout: PATIENT_MS }, () => {
  it('[LG51] is gone from devices that are connected, whichever replica they are at', async () => {
    const config = { databaseUrl: await createDatabase(), jwtSecret: TEST_SECRET };
    const limits = { logPollMs: 50 };
    const [one, two] = [await startTestService({ config, limits }), await startTestService({ config, limits })];
    const [ada, eve] = [await one.signIn('Ada'), await one.signIn('Eve')];
    const { id } = await ada.create({ title: 'milk' });
    await ada.share(id, eve);
    const [own, others] = [await openNative(two.url, ada.token), await openNative(two.url, eve.token)];
    for (const socket of [own, others]) await socket.waitFor('snapshot');
    await forgetOneUser({ dataDir: '', databaseUrl: config.databaseUrl }, ada.id);
    await own.until(() => own.messages.filter(({ type }) => type === 'snapshot').length === 2);
    expect(own.messages.at(-1)).toMatchObject({ tasks: [], last: true });
    await others.waitFor(({ type }) => type === 'access_removed');
    expect(others.messages.at(-1)).toMatchObject({ target: { taskId: id } });
    await ada.create({ title: 'oats' });
    await own.waitFor(({ event }) => event === 'task.created');
  });
});
