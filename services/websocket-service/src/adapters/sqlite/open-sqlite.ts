import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import LibsqlDatabase from 'libsql';
import type { Database, Schema } from '@/ports/schema';
import { withCachedStatements } from './cached-statements';
import { lockDataDirectory } from './data-directory-lock';
import { migrate } from './migrations';
import { prepareDataDirectory } from './prepare-data-directory';

const DATABASE_FILE = 'taskwire.db';
const BUSY_TIMEOUT_MS = 5_000;

/** The embedded database of one data directory. */
export interface SqliteStore {
  readonly db: Database;
  /** Made with the database and kept with it. */
  readonly epoch: string;
  /** Closes the database and gives the directory back. */
  close(): Promise<void>;
}

/**
 * Opens (or makes) the embedded database. Every commit is on the disk before it is acknowledged: WAL with
 * `synchronous=FULL`.
 *
 * @throws DataDirectoryInUse when another process has the directory; Error when it can't be written or is damaged.
 */
export function openSqlite(dataDir: string): SqliteStore {
  prepareDataDirectory(dataDir);
  const file = join(dataDir, DATABASE_FILE);
  const unlock = lockDataDirectory(dataDir);
  try {
    const connection = new LibsqlDatabase(file);
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    migrate(connection);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: withCachedStatements(connection) }) });
    return {
      db,
      epoch: epochOf(connection),
      async close() {
        try {
          connection.exec('PRAGMA wal_checkpoint(TRUNCATE);');
          await db.destroy();
          if (connection.open) connection.close();
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw explained(error, file);
  }
}

function explained(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) return error;
  return new Error(
    `The database ${file} is damaged, or it is no database: restore it from a backup, or move it away to start without data.`,
  );
}

function epochOf(connection: LibsqlDatabase.Database): string {
  connection.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)").run([randomUUID()]);
  const row: unknown = connection.prepare("SELECT value FROM meta WHERE key = 'epoch'").get([]);
  return (row as { value: string }).value;
}
