import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import type { Undo } from '@/ports/clock';

const LOCK_FILE = 'lock.db';

/** Another process has the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

/**
 * Takes the data directory for this process. The lock is the operating system's, on a database file that is used for
 * nothing else: it ends with the process, however that ends, so that a crash never leaves one behind.
 *
 * @returns gives the directory back.
 * @throws DataDirectoryInUse when another process holds it.
 */
export function lockDataDirectory(dataDir: string): Undo {
  const lock = new LibsqlDatabase(join(dataDir, LOCK_FILE));
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataDirectoryInUse(
      `The data directory ${dataDir} is in use by another running service: stop that one, or give this one its own DATA_DIR.`,
    );
  }
  return () => lock.close();
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
