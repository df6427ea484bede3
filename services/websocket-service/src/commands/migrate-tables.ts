import { SCHEMA_STEPS } from '@/adapters/schema-steps';
import type { StoragePlace } from '@/config/storage-place';
import { openDatabase } from './open-database';

/** Brings the tables up to date without starting the service, which does the same when it starts. */
export async function migrateTables(place: StoragePlace): Promise<string> {
  const database = await openDatabase(place);
  await database.close();
  return `The database is of version ${SCHEMA_STEPS.length}, which this service knows.`;
}
