import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import LibsqlDatabase from 'libsql';
import type { Database, Schema } from '@/ports/schema';
import { withCachedStatements } from './cached-statements';
import { lockDataDirectory } from './data-directory-lock';
import { migrate } from './migrations';

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
 * @throws DataDirectoryInUse when another process has the directory; Error when it can't be written.
 */
export function openSqlite(dataDir: string): SqliteStore {
  makeDirectory(dataDir);
  const unlock = lockDataDirectory(dataDir);
  try {
    const connection = new LibsqlDatabase(join(dataDir, DATABASE_FILE));
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
    throw error;
  }
}

function makeDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The data directory ${dataDir} can't be made (${reason}): set DATA_DIR to a place that this user may write.`,
    );
  }
}

function epochOf(connection: LibsqlDatabase.Database): string {
  connection.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)").run([randomUUID()]);
  const row: unknown = connection.prepare("SELECT value FROM meta WHERE key = 'epoch'").get([]);
  return (row as { value: string }).value;
}
