import type { PoolClient } from 'pg';
import { SCHEMA_STEPS, statementsOf } from '@/adapters/schema-steps';
import { SCHEMA_NAME } from './create-pool';

/** Names the lock of the migrations in this database; any number that nobody else uses. */
const MIGRATION_LOCK = 7_395_172_448;

/**
 * A step may copy a table, and others wait for it: the pool's limit for one statement would end it half-way at every start
 * anew ([LG49]). As long as a timer can wait.
 */
const PATIENCE = { query_timeout: 2 ** 31 - 1 } as const;

/**
 * Brings the tables up to date, each step in its own transaction. Replicas that start at once wait for each other.
 *
 * @throws Error when the database was written by a newer version of the service.
 */
export async function migratePostgres(client: PoolClient): Promise<void> {
  await client.query({ text: 'SELECT pg_advisory_lock($1)', values: [MIGRATION_LOCK], ...PATIENCE });
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA_NAME}`);
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const { rows } = await client.query<{ readonly version: number }>('SELECT version FROM schema_version');
    const version = rows[0]?.version ?? 0;
    if (version > SCHEMA_STEPS.length) {
      throw new Error(
        `The database is of version ${version}, this service knows ${SCHEMA_STEPS.length}: start the newer service, or restore a backup of before the upgrade.`,
      );
    }
    for (const [index, step] of SCHEMA_STEPS.entries()) {
      if (index >= version) await takeStep(client, statementsOf(step, 'postgres'), index + 1);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

async function takeStep(client: PoolClient, sql: string, version: number): Promise<void> {
  try {
    const text = `BEGIN; ${sql} DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES (${version}); COMMIT;`;
    await client.query({ text, ...PATIENCE });
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
