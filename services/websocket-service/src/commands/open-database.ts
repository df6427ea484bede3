import { openPostgres } from '@/adapters/postgres/open-postgres';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import type { StoragePlace } from '@/config/storage-place';
import { systemClock } from '@/ports/clock';
import type { LogDatabase } from '@/ports/log-database';
import { silentLogger } from '@/ports/logger';

/**
 * Opens the database of a place for a command, and brings its tables up to date.
 *
 * @throws Error with one sentence that says what to do, as when a service holds the data directory.
 */
export async function openDatabase({ dataDir, databaseUrl }: StoragePlace): Promise<LogDatabase> {
  return databaseUrl === undefined ? openSqlite(dataDir) : openPostgres(databaseUrl, systemClock, silentLogger);
}
