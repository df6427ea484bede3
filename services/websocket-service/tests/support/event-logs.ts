import { onTestFinished } from 'vitest';
import type { EventLog } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { eventLogOf } from '@/storage/event-log-of';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { startStorageThread } from '@/storage/start-storage-thread';
import type { Storage } from '@/storage/storage';
import { createManualClock, type ManualClock } from './manual-clock';
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
    open: () => openLog(async (dataDir, clock) => openEmbeddedStorage(dataDir, contextOf(clock))),
  },
  {
    name: 'embedded SQLite in its thread',
    open: () =>
      openLog((dataDir, clock) =>
        startStorageThread(builtStorageThread(), dataDir, contextOf(clock), (error) => {
          throw error;
        }),
      ),
  },
];

async function openLog(openStorage: (dataDir: string, clock: ManualClock) => Promise<Storage>): Promise<LogUnderTest> {
  const dataDir = createTempDir();
  const clock = createManualClock();
  let close = async (): Promise<void> => {};
  const open = async (): Promise<EventLog> => {
    await close();
    const storage = await openStorage(dataDir, clock);
    close = storage.close;
    return eventLogOf(storage);
  };
  onTestFinished(() => close());
  return { log: await open(), clock, reopen: open };
}

function contextOf(clock: ManualClock) {
  return { limits: { maxTaskBytes: 16_384 }, clock, log: silentLogger, onWritten: () => {} };
}
