import { onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '@/config/limits';
import type { EventLog } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { eventLogOf } from '@/storage/event-log-of';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { startStorageThread } from '@/storage/start-storage-thread';
import type { Storage } from '@/storage/storage';
import { createManualClock, type ManualClock } from './manual-clock';
import { createDatabase } from './postgres';
import { builtStorageThread } from './storage-thread';
import { createTempDir } from './temp-dir';

/** A fresh log for one test, with what the tests need to look behind it. */
export interface LogUnderTest {
  readonly log: EventLog;
  readonly clock: ManualClock;
  /** The same data after a restart. */
  reopen(): Promise<EventLog>;
}

/** Every adapter; each passes the conformance suite of `event-log.test.ts`. */
export const EVENT_LOGS: readonly { readonly name: string; readonly open: () => Promise<LogUnderTest> }[] = [
  {
    name: 'embedded SQLite',
    open: () => openLog(createTempDir(), async (dataDir, clock) => openEmbeddedStorage(dataDir, contextOf(clock))),
  },
  {
    name: 'embedded SQLite in its thread',
    open: () =>
      openLog(createTempDir(), (dataDir, clock) =>
        startStorageThread(builtStorageThread(), dataDir, contextOf(clock), (error) => {
          throw error;
        }),
      ),
  },
  {
    name: 'PostgreSQL',
    open: async () => openLog(await createDatabase(), (url, clock) => openPostgresStorage(url, contextOf(clock))),
  },
];

async function openLog(
  place: string,
  openStorage: (place: string, clock: ManualClock) => Promise<Storage>,
): Promise<LogUnderTest> {
  const clock = createManualClock();
  let close = async (): Promise<void> => {};
  const open = async (): Promise<EventLog> => {
    await close();
    const storage = await openStorage(place, clock);
    close = storage.close;
    return eventLogOf(storage);
  };
  onTestFinished(() => close());
  return { log: await open(), clock, reopen: open };
}

function contextOf(clock: ManualClock) {
  return { limits: storageLimitsOf({ limits: DEFAULT_LIMITS }), clock, log: silentLogger, onWritten: () => {} };
}
