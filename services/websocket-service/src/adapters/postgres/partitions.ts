import type { Pool, PoolClient } from 'pg';
import type { Logger } from '@/ports/logger';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that are made before they begin, so that a replica may be away for a while. */
const DAYS_AHEAD = 2;
/** How long a day that is over stays for readers on other replicas that still have a promised replay before them ([LG15]). */
const GRACE_MS = 60 * 60 * 1000;
/** Appends wait for no table for longer than this. */
const LOCK_TIMEOUT_MS = 2_000;
const DAYS_LOCK = 7_395_172_449;

/**
 * Makes the tables of the coming days and drops those of days that are over and trimmed as a whole ([LG24]): deleting row
 * by row would leave as much work behind for the vacuum. What can't be done now is done the next time.
 *
 * @param now Milliseconds since 1970.
 */
export async function keepDays(pool: Pool, log: Logger, now: number, maxAgeMs: number): Promise<void> {
  const client = await pool.connect();
  try {
    const today = Math.floor(now / DAY_MS);
    for (let day = today; day <= today + DAYS_AHEAD; day += 1) await inTurn(client, log, createDay(day));
    const over = (await daysOf(client)).filter((day) => (day + 1) * DAY_MS < now - maxAgeMs - GRACE_MS);
    for (const day of over) await inTurn(client, log, dropDay(day));
    await client.query(`DELETE FROM events_rest e USING channels c WHERE c.channel = e.channel AND e.seq <= c.floor`);
  } finally {
    client.release();
  }
}

/** One step alone: replicas take turns, and a table that is busy is left for the next time. */
async function inTurn(client: PoolClient, log: Logger, sql: string): Promise<void> {
  try {
    await client.query(
      `BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}; SELECT pg_advisory_xact_lock(${DAYS_LOCK}); ${sql}; COMMIT`,
    );
  } catch (error) {
    await client.query('ROLLBACK');
    log.warn({ err: error }, 'a day of the log could not be made or dropped now');
  }
}

function nameOf(day: number): string {
  return `events_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Where events of the day went to the rest already, there they stay. */
function createDay(day: number): string {
  const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
  return `DO $$ BEGIN
    IF to_regclass('${nameOf(day)}') IS NULL AND NOT EXISTS (SELECT FROM events_rest WHERE at >= ${from} AND at < ${to}) THEN
      CREATE TABLE ${nameOf(day)} PARTITION OF events FOR VALUES FROM (${from}) TO (${to});
    END IF;
  END $$`;
}

/** A day with an event that no trim has given up, as one that is held, stays. */
function dropDay(day: number): string {
  return `DO $$ BEGIN
    IF to_regclass('${nameOf(day)}') IS NOT NULL AND NOT EXISTS (
      SELECT FROM ${nameOf(day)} e JOIN channels c ON c.channel = e.channel WHERE e.seq > c.floor
    ) THEN
      DROP TABLE ${nameOf(day)};
    END IF;
  END $$`;
}

async function daysOf(client: PoolClient): Promise<readonly number[]> {
  const { rows } = await client.query<{ readonly name: string }>(
    "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events'::regclass",
  );
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = /^events_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
    return year === undefined ? [] : [Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS];
  });
}
