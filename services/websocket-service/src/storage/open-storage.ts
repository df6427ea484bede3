import type { ServiceConfig } from '@/config/service-config';
import type { StorageContext } from './create-storage';
import { startStorageThread } from './start-storage-thread';
import type { Storage } from './storage';

/** Opens what a configuration says. */
export type OpenStorage = (config: ServiceConfig, context: Omit<StorageContext, 'limits'>) => Promise<Storage>;

/** Stands beside the bundled service. */
const THREAD_ENTRY = new URL('./storage-thread.js', import.meta.url);

/**
 * Opens the storage of the bundled service: the embedded database in a thread of its own.
 *
 * @throws Error with one sentence that says what to do when it can't be opened.
 */
export const openStorage: OpenStorage = (config, context) =>
  startStorageThread(THREAD_ENTRY, config.dataDir, { ...context, limits: storageLimitsOf(config) }, (error) => {
    // The service can't go on without it, and must not look alive.
    queueMicrotask(() => {
      throw error;
    });
  });

/** What the storage needs to know of a configuration. */
export function storageLimitsOf({ limits }: ServiceConfig): StorageContext['limits'] {
  return { maxTaskBytes: limits.maxBodyBytes };
}
