import type { Channel } from '@/lib/protocol';
import { createJournal, type JournalContext } from '@/log/journal';
import type { LoggedEvent } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import { storageProblemOf } from '@/ports/storage-problem';
import type { Storage } from './storage';
import { createStorageMethods, type StorageLimits, type StorageMethods } from './storage-methods';

/** What a storage takes from its surroundings. */
export interface StorageContext extends JournalContext {
  readonly limits: StorageLimits;
}

/** Makes a storage of an open database, in this thread. */
export function createStorage(database: LogDatabase, context: StorageContext): Storage {
  const journal = createJournal(database, context);
  const { hints } = database;
  if (hints !== undefined) journal.onCommitted((events) => hints.tell(headsOf(events)));
  return {
    ...explained(createStorageMethods(database, journal, context.limits)),
    epoch: database.epoch,
    isShared: hints !== undefined,
    onCommitted: journal.onCommitted,
    onHint: (listener) => hints?.onHint(listener) ?? (() => {}),
    async close() {
      await journal.idle();
      await database.close();
    },
  };
}

function headsOf(events: readonly LoggedEvent[]): ReadonlyMap<Channel, number> {
  return new Map(events.map(({ channel, seq }) => [channel, seq]));
}

/** A database that can't be reached refuses with 503, whatever was asked ([LG14]). */
function explained(methods: StorageMethods): StorageMethods {
  const entries = Object.entries<(...args: never[]) => Promise<unknown>>(methods).map(([name, run]) => [
    name,
    (...args: never[]) =>
      run(...args).catch((error: unknown) => {
        throw storageProblemOf(error) ?? error;
      }),
  ]);
  return Object.fromEntries(entries) as StorageMethods;
}
