import { existsSync } from 'node:fs';
import { restorePostgres } from '@/adapters/postgres/dump';
import { restoreSqlite } from '@/adapters/sqlite/backup';
import type { StoragePlace } from '@/config/storage-place';

/**
 * `restore <file>`: puts a backup in the place of the data and begins a new epoch, so that every client synchronises
 * again ([LG21]). No service may run on the data.
 */
export async function restoreBackup({ dataDir, databaseUrl }: StoragePlace, file: string): Promise<string> {
  if (!existsSync(file)) throw new Error(`${file} is not there: give the file of a backup.`);
  if (databaseUrl !== undefined) {
    await restorePostgres(databaseUrl, file);
    return `The backup ${file} is restored, in a new epoch.`;
  }
  const replaced = restoreSqlite(dataDir, file);
  const kept = replaced === undefined ? '' : ` What was there before is kept as ${replaced}.`;
  return `The backup ${file} is restored, in a new epoch.${kept}`;
}
