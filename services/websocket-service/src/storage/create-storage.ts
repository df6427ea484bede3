import { createJournal, type JournalContext } from '@/log/journal';
import type { LogDatabase } from '@/ports/log-database';
import type { Storage } from './storage';
import { createStorageMethods, type StorageLimits } from './storage-methods';

/** What a storage takes from its surroundings. */
export interface StorageContext extends JournalContext {
  readonly limits: StorageLimits;
}

/** Makes a storage of an open database, in this thread. */
export function createStorage(database: LogDatabase, context: StorageContext): Storage {
  const journal = createJournal(database, context);
  return {
    ...createStorageMethods(database, journal, context.limits),
    epoch: database.epoch,
    onCommitted: journal.onCommitted,
    async close() {
      await journal.idle();
      await database.close();
    },
  };
}
