import { onTestFinished } from 'vitest';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createJournal } from '@/log/journal';
import { createSqlEventLog } from '@/log/sql-event-log';
import type { EventLog } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { createManualClock, type ManualClock } from './manual-clock';
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
  { name: 'embedded SQLite', open: openSqliteLog },
];

async function openSqliteLog(): Promise<LogUnderTest> {
  const dataDir = createTempDir();
  const clock = createManualClock();
  let close = async (): Promise<void> => {};
  const open = async (): Promise<EventLog> => {
    await close();
    const store = openSqlite(dataDir);
    close = store.close;
    return createSqlEventLog(store.db, createJournal(store.db, clock, silentLogger), store.epoch);
  };
  onTestFinished(() => close());
  return { log: await open(), clock, reopen: open };
}
