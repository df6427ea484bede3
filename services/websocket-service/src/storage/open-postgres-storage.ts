import { openPostgres } from '@/adapters/postgres/open-postgres';
import { createStorage, type StorageContext } from './create-storage';
import type { Storage } from './storage';

/**
 * Opens the PostgreSQL that several replicas share.
 *
 * @throws Error with one sentence that says what to do when it can't be reached.
 */
export async function openPostgresStorage(url: string, context: StorageContext): Promise<Storage> {
  return createStorage(await openPostgres(url, context.clock, context.log), context);
}
