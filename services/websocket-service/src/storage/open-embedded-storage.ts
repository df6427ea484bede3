import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createStorage, type StorageContext } from './create-storage';
import type { Storage } from './storage';

/**
 * Opens the embedded database of a data directory in this thread.
 *
 * @throws DataDirectoryInUse when another process has the directory; Error when it can't be written or is damaged.
 */
export function openEmbeddedStorage(dataDir: string, context: StorageContext): Storage {
  return createStorage(openSqlite(dataDir), context);
}
