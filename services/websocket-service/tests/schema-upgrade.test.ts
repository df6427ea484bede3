import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCHEMA_STEPS, statementsOf } from '@/adapters/schema-steps';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { DEFAULT_LIMITS } from '@/config/limits';
import { silentLogger } from '@/ports/logger';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { createManualClock } from './support/manual-clock';
import { createDatabase } from './support/postgres';
import { createTempDir } from './support/temp-dir';
import { DATA_OF_VERSION_ONE, VERSION_ONE } from './support/version-one';

const CONTEXT = {
  limits: storageLimitsOf({ limits: DEFAULT_LIMITS }),
  clock: createManualClock(),
  log: silentLogger,
  onWritten: () => {},
};

/** Versions from which an upgrade starts: each one that was ever released, and the empty database. */
const VERSIONS = Array.from({ length: SCHEMA_STEPS.length }, (_, index) => index + 1);

/** Versions that kept a history as it stood before a task had a `since`. */
const HISTORY_OF_BEFORE: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7]);

/** The tables and their columns, as the database tells them. */
function columnsOf(dataDir: string): unknown {
  const db = new LibsqlDatabase(join(dataDir, 'taskwire.db'));
  try {
    return db
      .prepare(
        'SELECT m.name AS t, c.name AS c FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = ? ORDER BY 1, 2',
      )
      .raw(true)
      .all(['table']);
  } finally {
    db.close();
  }
}

describe('the schema', () => {
  it('[LG19] of version 1 is what that version of the service made: a released step is never changed', () => {
    const tables = (sql: string): unknown => {
      const dataDir = createTempDir();
      const db = new LibsqlDatabase(join(dataDir, 'taskwire.db'));
      db.exec(sql);
      db.close();
      return columnsOf(dataDir);
    };
    expect(tables(statementsOf(SCHEMA_STEPS[0] ?? [], 'sqlite'))).toEqual(tables(VERSION_ONE));
  });

  it.each(VERSIONS)(
    '[LG19] of version %i is brought up to date when it is opened, and keeps what it holds',
    async (version) => {
      const dataDir = createTempDir();
      const db = new LibsqlDatabase(join(dataDir, 'taskwire.db'));
      db.exec(`${VERSION_ONE} ${DATA_OF_VERSION_ONE}`);
      for (const step of SCHEMA_STEPS.slice(1, version)) db.exec(statementsOf(step, 'sqlite'));
      const lines = HISTORY_OF_BEFORE.has(version) ? ['the first', 'the second'] : [];
      for (const [index, line] of lines.entries()) {
        const row = ['t', index + 1, 1, JSON.stringify(line)];
        db.prepare('INSERT INTO history (task_id, entry, at, body) VALUES (?, ?, ?, ?)').run(row);
      }
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();

      const storage = openEmbeddedStorage(dataDir, CONTEXT);
      expect(storage.epoch).toBe('the epoch of before');
      expect(await storage.get('ada', 't')).toContain('milk');
      expect((await storage.read('user:ada', 0, 10)).map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c']);
      const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: 't', limit: 10 }));
      expect(history).toEqual(lines.toReversed());
      // The running totals: 10 bytes, 18 and 27.
      const retention = { maxEvents: 100, maxAgeMs: Number.MAX_SAFE_INTEGER };
      expect(await storage.trim({ ...retention, maxBytes: 17 })).toBe(1);
      expect((await storage.read('user:ada', 0, 10)).map(({ eventId }) => eventId)).toEqual(['b', 'c']);
      expect(
        await storage.append([{ channel: 'user:eve', eventId: 'n', type: 'task_update', body: '{}' }]),
      ).toMatchObject([{ event: { seq: 6 } }]);
      await storage.close();

      const fresh = createTempDir();
      await openSqlite(fresh).close();
      expect(columnsOf(dataDir)).toEqual(columnsOf(fresh));
    },
  );

  it('[LG19] has the same tables and columns in both databases', async () => {
    const dataDir = createTempDir();
    await openSqlite(dataDir).close();
    const url = await createDatabase();
    const storage = await openPostgresStorage(url, CONTEXT);
    onTestFinished(() => storage.close());
    const client = new Client(url);
    await client.connect();
    const { rows } = await client.query<{ readonly t: string; readonly c: string }>(
      "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'taskwire' AND table_name NOT LIKE 'events\\_%' AND table_name <> 'schema_version' ORDER BY 1, 2",
    );
    await client.end();
    const own = (columnsOf(dataDir) as readonly (readonly string[])[]).filter(
      ([table]) => !table?.startsWith('sqlite_'),
    );
    expect(rows.map(({ t, c }) => [t, c])).toEqual(own);
  });

  it('[LG12] of a newer version is refused by PostgreSQL too, with a sentence that says what to do', async () => {
    const url = await createDatabase();
    await (await openPostgresStorage(url, CONTEXT)).close();
    const client = new Client(url);
    await client.connect();
    await client.query('UPDATE taskwire.schema_version SET version = 99');
    await client.end();
    await expect(openPostgresStorage(url, CONTEXT)).rejects.toThrow(/version 99.* newer service/);
  });

  it('[LG19] is made once by replicas that start at once', async () => {
    const url = await createDatabase();
    const all = await Promise.all(Array.from({ length: 4 }, () => openPostgresStorage(url, CONTEXT)));
    expect(new Set(all.map(({ epoch }) => epoch)).size).toBe(1);
    await Promise.all(all.map((storage) => storage.close()));
  });
});
