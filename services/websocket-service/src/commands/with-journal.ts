import type { StoragePlace } from '@/config/storage-place';
import { createJournal, type Journal } from '@/log/journal';
import { systemClock } from '@/ports/clock';
import type { LogDatabase } from '@/ports/log-database';
import { silentLogger } from '@/ports/logger';
import { openDatabase } from './open-database';

/** Runs a command's work on the database of a place, and gives the database back. See `openDatabase`. */
export async function withJournal<T>(
  place: StoragePlace,
  work: (journal: Journal, database: LogDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(place);
  try {
    return await work(
      createJournal(database, { clock: systemClock, log: silentLogger, onWritten: () => {} }),
      database,
    );
  } finally {
    await database.close();
  }
}
