import { sql } from 'kysely';
import type { StoragePlace } from '@/config/storage-place';
import { createJournal } from '@/log/journal';
import { systemClock } from '@/ports/clock';
import { silentLogger } from '@/ports/logger';
import { forgetUser } from '@/tasks/forget-user';
import { openDatabase } from './open-database';

/** `forget-user <user id>`: deletes a user's data. The embedded database has to be free; PostgreSQL may be in use. */
export async function forgetOneUser(place: StoragePlace, userId: string): Promise<string> {
  const database = await openDatabase(place);
  try {
    const journal = createJournal(database, { clock: systemClock, log: silentLogger, onWritten: () => {} });
    const { tasks, events, answers } = await journal.write((tx) => forgetUser(tx, userId));
    // What was deleted must not stay readable in the file.
    if (place.databaseUrl === undefined) await sql`VACUUM`.execute(database.db);
    return `The user ${userId} is forgotten: ${tasks} tasks, ${events} events and ${answers} answers went. Backups of before still hold them.`;
  } finally {
    await database.close();
  }
}
