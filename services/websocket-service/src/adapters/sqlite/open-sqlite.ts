import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import LibsqlDatabase from 'libsql';
import type { LogDatabase } from '@/ports/log-database';
import type { Schema } from '@/ports/schema';
import { storageProblemOf } from '@/ports/storage-problem';
import { createAppendEvents } from './append-events';
import { withCachedStatements } from './cached-statements';
import { lockDataDirectory } from './data-directory-lock';
import { migrate } from './migrate';
import { createMutex } from './mutex';
import { prepareDataDirectory } from './prepare-data-directory';
import { createSqliteConnection } from './sqlite-connection';
import { createSqliteDialect } from './sqlite-dialect';
import { createSqliteTransactions } from './sqlite-transactions';

/** The database's file in its data directory. */
export const DATABASE_FILE = 'taskwire.db';
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Pages of the write-ahead log from which on it is taken over into the database, 16 MiB: a page that many commits change
 * is taken over once. More at once would delay everybody else beside a crowd that writes much.
 */
const CHECKPOINT_PAGES = 4_000;

/** Writes that may share one commit: more would let the first of them wait too long for the last. */
const MAX_GROUP = 128;

/**
 * Opens (or makes) the embedded database. Every commit is on the disk before it is acknowledged: WAL with
 * `synchronous=FULL`.
 *
 * @throws DataDirectoryInUse when another process has the directory; Error when it can't be written or is damaged.
 */
export function openSqlite(dataDir: string): LogDatabase {
  prepareDataDirectory(dataDir);
  const file = join(dataDir, DATABASE_FILE);
  const unlock = lockDataDirectory(dataDir);
  try {
    const connection = new LibsqlDatabase(file);
    connection.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`,
    );
    migrate(connection);
    const database = withCachedStatements(connection);
    const [own, turns] = [createSqliteConnection(database), createMutex()];
    const dialect = createSqliteDialect(database, own, turns);
    const db = new Kysely<Schema>({ dialect });
    const append = createAppendEvents(connection);
    return {
      db,
      epoch: epochOf(connection),
      ...createSqliteTransactions(dialect, own, database, turns),
      append: async (_tx, batch, at) => append(batch, at),
      writers: 1,
      maxGroup: MAX_GROUP,
      isCollision: () => false,
      async forget(tx, channel, floor) {
        await tx.deleteFrom('events').where('channel', '=', channel).where('seq', '<=', floor).execute();
      },
      async close() {
        try {
          tidyUp(connection);
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

/** Takes the write-ahead log over, where there is room: all of it is on the disk already, and the next start reads it ([LG46]). */
function tidyUp(connection: LibsqlDatabase.Database): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE);');
  } catch (error) {
    if (storageProblemOf(error) === undefined) throw error;
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
