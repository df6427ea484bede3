import type { ServiceConfig } from '@/config/service-config';
import type { StorageContext } from './create-storage';
import { openPostgresStorage } from './open-postgres-storage';
import { startStorageThread } from './start-storage-thread';
import type { Storage } from './storage';

/** Opens what a configuration says. */
export type OpenStorage = (config: ServiceConfig, context: Omit<StorageContext, 'limits'>) => Promise<Storage>;

/** Stands beside the bundled service. */
const THREAD_ENTRY = new URL('./storage-thread.js', import.meta.url);

/**
 * Opens the storage of the bundled service: the PostgreSQL of DATABASE_URL, else the embedded database in a thread of its
 * own.
 *
 * @throws Error with one sentence that says what to do when it can't be opened.
 */
export const openStorage: OpenStorage = async (config, given) => {
  const context = { ...given, limits: storageLimitsOf(config) };
  if (config.databaseUrl !== undefined) return openPostgresStorage(config.databaseUrl, context);
  return startStorageThread(THREAD_ENTRY, config.dataDir, context, (error) => {
    // The service can't go on without it, and must not look alive.
    queueMicrotask(() => {
      throw error;
    });
  });
};

/** What the storage needs to know of a configuration. */
export function storageLimitsOf({ limits }: Pick<ServiceConfig, 'limits'>): StorageContext['limits'] {
  const { maxBodyBytes, maxWatchersPerTask, maxMembersPerProject, maxPublishAttempts } = limits;
  return { maxTaskBytes: maxBodyBytes, maxWatchersPerTask, maxMembersPerProject, maxPublishAttempts };
}
