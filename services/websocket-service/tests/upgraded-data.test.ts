import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCHEMA_STEPS, statementsOf } from '@/adapters/schema-steps';
import { DEFAULT_LIMITS } from '@/config/limits';
import { silentLogger } from '@/ports/logger';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import type { Storage } from '@/storage/storage';
import { readPublishedEvent } from '@/tasks/published-event';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { createDatabase } from './support/postgres';
import { createTempDir } from './support/temp-dir';
import { DATA_OF_VERSION_ONE } from './support/version-one';

const clock = createManualClock();
const CONTEXT = { limits: storageLimitsOf({ limits: DEFAULT_LIMITS }), clock, log: silentLogger, onWritten: () => {} };

/** The task as the log's last event of it left it. */
const TASK_AS_LOGGED = `
UPDATE tasks SET version = 2, body = '{"id":"t","title":"milk","ownerId":"ada","status":"pending","completed":false,"version":2}' WHERE id = 't';
`;

/** What came with the second version: a share, a project with two members and a task, a history, a publication, a failure. */
const DATA_OF_VERSION_TWO = `
INSERT INTO shares (user_id, task_id, created_at) VALUES ('bob', 't', 5);
INSERT INTO projects (id, name, owner_id, created_at) VALUES ('p', 'Home', 'ada', 5);
INSERT INTO members (user_id, project_id, created_at) VALUES ('ada', 'p', 5), ('eve', 'p', 6);
INSERT INTO tasks (id, owner_id, project_id, status, search_text, version, deleted, body) VALUES
  ('u', 'ada', 'p', 'pending', 'oats', 4, 0, '{"id":"u","title":"oats","ownerId":"ada","projectId":"p","status":"pending","completed":false,"version":4}');
INSERT INTO history (task_id, entry, at, body) VALUES ('t', 1, 5, '{"event":"task.created"}'), ('t', 2, 6, '{"event":"task.shared"}');
INSERT INTO published (source, id, at) VALUES ('shop', 'once', 5);
INSERT INTO quarantine (source, id, reason, attempts, is_final, at, body) VALUES ('shop', 'early', 'unknown', 3, 1, 5, '{}');
`;

type Execute = (sql: string) => unknown;

/** Brings an empty database to the version, as services of the past did, and leaves their data in it. */
async function fill(execute: Execute, version: number, kind: 'sqlite' | 'postgres'): Promise<void> {
  for (const [index, step] of SCHEMA_STEPS.slice(0, version).entries()) {
    await execute(statementsOf(step, kind));
    if (index === 0) await execute(DATA_OF_VERSION_ONE + TASK_AS_LOGGED);
    if (index === 1) await execute(DATA_OF_VERSION_TWO);
  }
}

const PLACES = [
  {
    name: 'SQLite',
    async open(version: number): Promise<readonly Storage[]> {
      const dataDir = createTempDir();
      const db = new LibsqlDatabase(join(dataDir, 'taskwire.db'));
      await fill((sql) => db.exec(sql), version, 'sqlite');
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
      return [openEmbeddedStorage(dataDir, CONTEXT)];
    },
  },
  {
    name: 'PostgreSQL, two replicas at once',
    async open(version: number): Promise<readonly Storage[]> {
      const url = await createDatabase();
      const client = new Client({ connectionString: url, options: '-c search_path=taskwire' });
      await client.connect();
      await client.query('CREATE SCHEMA taskwire; CREATE TABLE schema_version (version BIGINT NOT NULL)');
      await fill((sql) => client.query(sql), version, 'postgres');
      await client.query(`INSERT INTO schema_version VALUES (${version})`);
      await client.end();
      return Promise.all([openPostgresStorage(url, CONTEXT), openPostgresStorage(url, CONTEXT)]);
    },
  },
];

const VERSIONS = SCHEMA_STEPS.map((_, index) => index + 1);

async function publish(storage: Storage, id: string, more: object): Promise<unknown> {
  const reading = readPublishedEvent({ id, event_type: 'TASK_CHANGED', user_id: 'ada', ...more }, { source: 'shop' });
  if (!reading.ok) throw new Error(reading.reason);
  return (await storage.publish([reading.event], 'once')).map(({ outcome }) => outcome);
}

describe.each(PLACES)('the data of an earlier version in $name', { timeout: PATIENT_MS }, ({ open }) => {
  it.each(VERSIONS)('[LG19, LG53] of version %i is all there, and goes on', async (version) => {
    const storages = await open(version);
    onTestFinished(async () => void (await Promise.all(storages.map((storage) => storage.close()))));
    const [first, last] = [storages[0], storages.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no storage');
    expect(storages.map(({ epoch }) => epoch)).toEqual(storages.map(() => 'the epoch of before'));

    const eventsOf = async (channel: 'user:ada' | 'user:eve') =>
      (await last.read(channel, 0, 10)).map(({ seq, eventId }) => [seq, eventId]);
    expect(await eventsOf('user:ada')).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(await eventsOf('user:eve')).toEqual([[5, 'z']]);
    const isRecovered = async (seq: number, eventId: string) => {
      const position = { epoch: last.epoch, seq, eventId };
      const { recovered } = await last.look({ channel: 'user:eve', position, hold: 'reader', keptSeqs: [] });
      await last.letGo('reader');
      return recovered;
    };
    expect([await isRecovered(4, 'y'), await isRecovered(5, 'z'), await isRecovered(3, 'x')]).toEqual([
      true,
      true,
      false,
    ]);

    // The answer that was given once is given again, and nothing else happens.
    const again = { key: 'key', fingerprint: 'print' };
    const create = { kind: 'create', fields: { title: 'again' } } as const;
    expect(await first.write({ command: create, actor: { id: 'ada' }, idempotency: again })).toEqual({
      status: 201,
      body: '{}',
    });
    // Both write on: each change is the next place.
    for (const storage of [first, last]) {
      await storage.write({
        command: { kind: 'patch', taskId: 't', fields: { note: storage.epoch } },
        actor: { id: 'ada' },
      });
      await storage.write({ command: { kind: 'patch', taskId: 't', fields: { note: 2 } }, actor: { id: 'ada' } });
    }
    expect((await eventsOf('user:ada')).map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    if (version < 2) return;

    expect(JSON.parse(await last.get('bob', 't'))).toMatchObject({ task: { title: 'milk' } });
    expect(await last.projects('eve')).toMatchObject([{ id: 'p', name: 'Home', ownerId: 'ada' }]);
    expect(await last.members('ada', 'p')).toMatchObject([{ userId: 'ada' }, { userId: 'eve' }]);
    expect(JSON.parse(await last.get('eve', 'u'))).toMatchObject({ task: { title: 'oats', version: 4 } });
    const { history } = JSON.parse(await last.history({ userId: 'ada', taskId: 't', limit: 10 }));
    expect(history.map(({ event }: { readonly event: string }) => event)).toEqual([
      ...Array.from({ length: 4 }, () => 'task.updated'),
      'task.shared',
      'task.created',
    ]);
    expect(await publish(first, 'once', { task_id: 'u', data: { note: 1 } })).toEqual(['duplicate']);
    expect(await publish(last, 'twice', { task_id: 'u', data: { note: 1 } })).toEqual(['accepted']);
    expect(JSON.parse(await first.get('ada', 'u'))).toMatchObject({ task: { note: 1, version: 5 } });
  });

  it.each(VERSIONS)(
    '[LG19, LG53] of version %i is given up by age like any other, and a log that is empty goes on',
    async (version) => {
      const [storage] = await open(version);
      if (storage === undefined) throw new Error('no storage');
      onTestFinished(storage.close);
      const retention = { maxEvents: 10_000, maxAgeMs: 7 * 24 * 60 * 60 * 1000, maxBytes: 1_000_000 };
      expect(await storage.trim(retention)).toBe(4);
      expect(await storage.read('user:ada', 0, 10)).toEqual([]);
      expect((await storage.heads(['user:ada'])).get('user:ada')).toMatchObject({ seq: 3, eventId: 'c' });
      const appended = await storage.append([{ channel: 'user:ada', eventId: 'd', type: 'task_update', body: '{}' }]);
      expect(appended).toMatchObject([{ outcome: 'appended', event: { seq: 4 } }]);
    },
  );
});
