import { onTestFinished } from 'vitest';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createJournal } from '@/log/journal';
import { createSqlEventLog } from '@/log/sql-event-log';
import type { EventLog } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { describeEventLog } from './support/event-log-conformance';
import { createManualClock } from './support/manual-clock';
import { createTempDir } from './support/temp-dir';

describeEventLog('embedded SQLite', async () => {
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
});
