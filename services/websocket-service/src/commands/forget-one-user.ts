import { sql } from 'kysely';
import type { StoragePlace } from '@/config/storage-place';
import { forgetUser } from '@/tasks/forget-user';
import { withJournal } from './with-journal';

/** `forget-user <user id>`: deletes a user's data. The embedded database has to be free; PostgreSQL may be in use. */
export async function forgetOneUser(place: StoragePlace, userId: string): Promise<string> {
  return withJournal(place, async (journal, { db }) => {
    const { tasks, events, answers } = await forgetUser({ journal, db, userId });
    // What was deleted must not stay readable in the file.
    if (place.databaseUrl === undefined) await sql`VACUUM`.execute(db);
    return `The user ${userId} is forgotten: ${tasks} tasks, ${events} events and ${answers} answers went. Backups of before still hold them.`;
  });
}
