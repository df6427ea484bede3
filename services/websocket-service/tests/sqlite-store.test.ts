import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataDirectoryInUse } from '@/adapters/sqlite/data-directory-lock';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { developmentSecret } from '@/auth/development-secret';
import { createTempDir } from './support/temp-dir';

describe('the embedded database', () => {
  it('[LG13] is one process’s at a time, and free again after close', async () => {
    const dataDir = createTempDir();
    const store = openSqlite(dataDir);
    expect(() => openSqlite(dataDir)).toThrow(DataDirectoryInUse);
    await store.close();
    await openSqlite(dataDir).close();
  });

  it('[LG12] of a newer version is refused, untouched, and its directory let go', async () => {
    const dataDir = createTempDir();
    await openSqlite(dataDir).close();
    const setVersion = (version: number): number => {
      const db = new LibsqlDatabase(join(dataDir, 'taskwire.db'));
      const before = db.prepare('PRAGMA user_version').get([]) as { readonly user_version: number };
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
      return before.user_version;
    };
    const own = setVersion(99);
    expect(() => openSqlite(dataDir)).toThrow(/version 99.* newer service/);
    setVersion(own);
    await openSqlite(dataDir).close();
  });

  it('[SV28] that is no database is refused, and its directory let go', () => {
    const dataDir = createTempDir();
    writeFileSync(join(dataDir, 'taskwire.db'), 'not a database at all '.repeat(100));
    expect(() => openSqlite(dataDir)).toThrow(/is no database/);
    expect(() => openSqlite(dataDir)).not.toThrow(DataDirectoryInUse);
  });

  it('[LG9] leaves no write-ahead log behind after a clean close', async () => {
    const dataDir = createTempDir();
    const store = openSqlite(dataDir);
    onTestFinished(() => store.close().catch(() => undefined));
    await store.db.insertInto('users').values({ id: 'a', name: 'Ada', created_at: 0 }).execute();
    await store.close();
    const wal = statSync(join(dataDir, 'taskwire.db-wal'), { throwIfNoEntry: false });
    expect(wal?.size ?? 0).toBe(0);
  });
});

describe('the generated secret', () => {
  it('[AU18] is made once, readable by its owner alone, and used again', () => {
    const dataDir = createTempDir();
    const secret = developmentSecret(dataDir);
    const file = join(dataDir, 'jwt-secret');
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(secret);
    expect(developmentSecret(dataDir)).toBe(secret);
    expect(developmentSecret(createTempDir())).not.toBe(secret);
  });
});
