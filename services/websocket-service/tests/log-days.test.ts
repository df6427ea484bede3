import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '@/config/limits';
import type { NewEvent } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { createDatabase } from './support/postgres';

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK = { maxEvents: 10_000, maxAgeMs: 7 * DAY_MS, maxBytes: 1_000_000 };

let count = 0;

function event(): NewEvent {
  count += 1;
  return { channel: 'user:ada', eventId: `${count}`, type: 'task_update', body: '{}' };
}

async function openLog() {
  const url = await createDatabase();
  const clock = createManualClock(Date.UTC(2026, 0, 1, 12));
  const context = {
    limits: storageLimitsOf({ limits: DEFAULT_LIMITS }),
    clock,
    log: silentLogger,
    onWritten: () => {},
  };
  const storage = await openPostgresStorage(url, context);
  const client = new Client(url);
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await storage.close();
  });
  const column = async (sql: string) =>
    (
      await client.query<{ c: string }>(`SET search_path = taskwire`).then(() => client.query<{ c: string }>(sql))
    ).rows.map(({ c }) => c);
  return {
    storage,
    clock,
    days: () =>
      column("SELECT inhrelid::regclass::text AS c FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"),
    places: () => column('SELECT tableoid::regclass::text AS c FROM events ORDER BY seq'),
  };
}

describe('the days of the log in PostgreSQL', { timeout: PATIENT_MS }, () => {
  it('[LG24] are made ahead, and each event goes to its own', async () => {
    const { storage, clock, days, places } = await openLog();
    expect(await days()).toEqual(['events_20260101', 'events_20260102', 'events_20260103', 'events_rest']);
    await storage.append([event()]);
    clock.advance(DAY_MS);
    await storage.append([event()]);
    await storage.trim(WEEK);
    expect(await days()).toContain('events_20260104');
    expect(await places()).toEqual(['events_20260101', 'events_20260102']);
  });

  it('[LG24] go as a whole when they are over, trimmed and past the time of grace', async () => {
    const { storage, clock, days } = await openLog();
    await storage.append([event(), event()]);
    clock.advance(7 * DAY_MS);
    await storage.append([event()]);
    clock.advance(12 * 60 * 60 * 1000 + 1);
    expect(await storage.trim(WEEK)).toBe(2);
    expect(await days()).toContain('events_20260101');
    expect((await storage.read('user:ada', 0, 10)).map(({ seq }) => seq)).toEqual([3]);
    clock.advance(2 * 60 * 60 * 1000);
    await storage.trim(WEEK);
    expect(await days()).not.toContain('events_20260101');
    expect((await storage.read('user:ada', 0, 10)).map(({ seq }) => seq)).toEqual([3]);
    expect((await storage.heads(['user:ada'])).get('user:ada')?.seq).toBe(3);
  });

  it('[LG15, LG24] stay while a reader that was promised their events has not read them', async () => {
    const { storage, clock, days } = await openLog();
    await storage.append([event(), event()]);
    await storage.hold('reader', 'user:ada', 0);
    clock.advance(9 * DAY_MS);
    await storage.trim(WEEK);
    expect(await days()).toContain('events_20260101');
    expect(await storage.read('user:ada', 0, 10)).toHaveLength(2);
    await storage.letGo('reader');
    await storage.trim(WEEK);
    expect(await days()).not.toContain('events_20260101');
  });

  it('[LG24] are not needed: events of a day without a table are kept with the rest, and trimmed there', async () => {
    const { storage, clock, places } = await openLog();
    clock.advance(100 * DAY_MS);
    await storage.append([event()]);
    expect(await places()).toEqual(['events_rest']);
    await storage.trim(WEEK);
    clock.advance(8 * DAY_MS);
    await storage.trim(WEEK);
    expect(await places()).toEqual([]);
  });
});
