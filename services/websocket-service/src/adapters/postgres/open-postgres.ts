import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { Clock } from '@/ports/clock';
import type { LogDatabase } from '@/ports/log-database';
import type { Logger } from '@/ports/logger';
import type { Schema } from '@/ports/schema';
import { appendEvents } from './append-events';
import { connectProblemOf } from './connect-problem';
import { createPool } from './create-pool';
import { createHints } from './hints';
import { migratePostgres } from './migrate-postgres';
import { keepDays } from './partitions';

/** Transactions that may write at once; the server's own group commit makes them durable together. */
const WRITERS = 8;

/** Lost against another transaction: serialisation, deadlock, or a row that the other one made first. */
const COLLISIONS: ReadonlySet<unknown> = new Set(['40001', '40P01', '23505']);

/**
 * Opens a PostgreSQL that several replicas share, and brings its tables up to date.
 *
 * @throws Error with one sentence that says what to do when it can't be reached or is of a newer version.
 */
export async function openPostgres(url: string, clock: Clock, log: Logger): Promise<LogDatabase> {
  const pool = createPool(url, log);
  try {
    const epoch = await prepare(pool);
    await keepDays(pool, log, clock.now(), Number.POSITIVE_INFINITY);
    const hints = createHints({ url, pool, clock, log });
    const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    return {
      db,
      epoch,
      transaction: (work) => db.transaction().execute(work),
      append: appendEvents,
      writers: WRITERS,
      maxGroup: 1,
      isCollision: (error) => error instanceof Error && 'code' in error && COLLISIONS.has(error.code),
      // Whole days go at once, see `keepDays`.
      forget: async () => {},
      tidy: (now, maxAgeMs) => keepDays(pool, log, now, maxAgeMs),
      hints,
      async close() {
        await hints.close();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw connectProblemOf(error, url) ?? error;
  }
}

async function prepare(pool: Pool): Promise<string> {
  const client = await pool.connect();
  try {
    await migratePostgres(client);
    await client.query("INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING", [
      randomUUID(),
    ]);
    const { rows } = await client.query<{ readonly value: string }>("SELECT value FROM meta WHERE key = 'epoch'");
    const epoch = rows[0]?.value;
    if (epoch === undefined) throw new Error('The database has no epoch: restore it from a backup.');
    return epoch;
  } finally {
    client.release();
  }
}
