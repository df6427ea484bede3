import { Client, Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migratePostgres } from '@/adapters/postgres/migrate-postgres';
import { SCHEMA_STEPS, statementsOf } from '@/adapters/schema-steps';
import { DEFAULT_LIMITS } from '@/config/limits';
import { silentLogger } from '@/ports/logger';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { createDatabase } from './support/postgres';

const CONTEXT = {
  limits: storageLimitsOf({ limits: DEFAULT_LIMITS }),
  clock: createManualClock(),
  log: silentLogger,
  onWritten: () => {},
};

/** Versions that kept a history as it stood before a task had a `since`, and appended as is done now: from 3 on. */
const VERSIONS = [3, 4, 5, 6, 7];

const TASK = `INSERT INTO tasks (id, owner_id, status, search_text, version, deleted, body)
  VALUES ('t', 'ada', 'pending', 'milk', 1, 0, '{"id":"t","title":"milk","ownerId":"ada","version":1}')`;
const LINE = 'INSERT INTO history (task_id, entry, at, body) VALUES ($1, $2, 1, $3)';
const APPEND = `SELECT outcome FROM taskwire_append(
  ARRAY['user:ada'], ARRAY[$1], ARRAY['task_update'], ARRAY['t'], ARRAY[$2::bigint], ARRAY['{}'], 1)`;

/** A connection as that of an earlier version. */
async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, options: '-c search_path=taskwire' });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function historyOf(storage: Awaited<ReturnType<typeof openPostgresStorage>>): Promise<unknown> {
  return JSON.parse(await storage.history({ userId: 'ada', taskId: 't', limit: 10 })).history;
}

describe('a PostgreSQL of an earlier version', () => {
  it.each(VERSIONS)('[LG19] %i is brought up to date with what it holds', async (version) => {
    const url = await createDatabase();
    const client = await connect(url);
    await client.query('CREATE SCHEMA taskwire; CREATE TABLE schema_version (version BIGINT NOT NULL)');
    for (const step of SCHEMA_STEPS.slice(0, version)) await client.query(statementsOf(step, 'postgres'));
    await client.query(`INSERT INTO schema_version VALUES (${version}); ${TASK}`);
    for (const entry of [1, 2]) await client.query(LINE, ['t', entry, String(entry)]);
    await client.query(APPEND, ['a', 3]);

    const storage = await openPostgresStorage(url, CONTEXT);
    onTestFinished(() => storage.close());
    expect(await historyOf(storage)).toEqual([2, 1]);
    const events = ['late', 'next'].map((eventId, index) => ({ eventId, version: 3 + index }));
    const appended = await storage.append(
      events.map((event) => ({ ...event, channel: 'user:ada', type: 'task_update', taskId: 't', body: '{}' })),
    );
    expect(appended.map(({ outcome }) => outcome)).toEqual(['stale', 'appended']);
  });

  it('[LG48] lets a replica of the version before write on while others are upgraded', async () => {
    const url = await createDatabase();
    const storage = await openPostgresStorage(url, CONTEXT);
    onTestFinished(() => storage.close());
    // The statements of that version: none of them names a since.
    const client = await connect(url);
    await client.query(TASK);
    await client.query(LINE, ['t', 1, '1']);
    const { rows } = await client.query(APPEND, ['a', 1]);
    expect(rows).toEqual([{ outcome: 'appended' }]);
    expect(await historyOf(storage)).toEqual([1]);
  });

  it('[LG52] has the lines of a replica of the version before in the history of a task that a newer one made', async () => {
    const url = await createDatabase();
    const storage = await openPostgresStorage(url, CONTEXT);
    onTestFinished(() => storage.close());
    const change = async (fields: object) =>
      storage.write({ command: { kind: 'patch', taskId: 't', fields: { ...fields } }, actor: { id: 'ada' } });
    await storage.write({ command: { kind: 'create', taskId: 't', fields: { title: 'milk' } }, actor: { id: 'ada' } });
    const client = await connect(url);
    const { rows } = await client.query("SELECT max(entry) + 1 AS entry FROM history WHERE task_id = 't'");
    await client.query(LINE, ['t', rows[0].entry, '"of the version before"']);
    await change({ note: 1 });
    expect(await historyOf(storage)).toMatchObject([
      { event: 'task.updated' },
      'of the version before',
      { event: 'task.created' },
    ]);
  });

  it(
    '[LG49] is upgraded however long it takes, whatever the limit of a statement',
    async () => {
      const url = await createDatabase();
      const other = await connect(url);
      await other.query('SELECT pg_advisory_lock(7395172448)');
      const pool = new Pool({ connectionString: url, query_timeout: 1_000, options: '-c search_path=taskwire' });
      onTestFinished(() => pool.end());
      const client = await pool.connect();
      onTestFinished(() => client.release());
      const migrated = migratePostgres(client).then(
        () => 'migrated',
        (error: unknown) => String(error),
      );
      const age = `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory' AND now() - query_start > interval '1100 ms'`;
      await expect.poll(async () => (await other.query(age)).rows, POLLING).toEqual([{ n: 1 }]);
      await other.query('SELECT pg_advisory_unlock(7395172448)');
      expect(await migrated).toBe('migrated');
    },
    PATIENT_MS,
  );
});
