import { existsSync } from 'node:fs';
import { backUpPostgres } from '@/adapters/postgres/dump';
import { backUpSqlite } from '@/adapters/sqlite/backup';
import type { StoragePlace } from '@/config/storage-place';

/** `backup <file>`: a whole copy of one moment, while the service runs too. An existing file is never overwritten. */
export async function backUp({ dataDir, databaseUrl }: StoragePlace, file: string): Promise<string> {
  if (existsSync(file)) throw new Error(`${file} is there already: give the name of a file that is not.`);
  if (databaseUrl === undefined) backUpSqlite(dataDir, file);
  else await backUpPostgres(databaseUrl, file);
  return `The backup is in ${file}.`;
}
