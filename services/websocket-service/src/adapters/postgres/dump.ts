import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { SCHEMA_STEPS } from '@/adapters/schema-steps';
import { SCHEMA_NAME } from './create-pool';

/**
 * Writes a whole copy of what is Taskwire's in the database, as of one moment, with `pg_dump`; replicas may be using it.
 *
 * @throws Error with one sentence that says what to do when the program is missing or fails.
 */
export async function backUpPostgres(url: string, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await run(
      'pg_dump',
      ['--format=custom', `--schema=${SCHEMA_NAME}`, '--no-owner', '--no-privileges', `--file=${part}`],
      url,
    );
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Puts a backup in the place of what is Taskwire's in the database with `pg_restore` and `psql`, all or nothing, and gives it a new epoch.
 *
 * @throws Error when replicas use the database, the backup is of a newer version of the service, or the program is missing or
 * fails: then nothing changed.
 */
export async function restorePostgres(url: string, file: string): Promise<void> {
  await refuseWhileInUse(url);
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-restore-'));
  try {
    const script = join(folder, 'backup.sql');
    await run('pg_restore', ['--no-owner', '--no-privileges', `--file=${script}`, file], url);
    // The old epoch must not live for a moment with the old data: all of it is one transaction.
    const clear = `DROP SCHEMA IF EXISTS ${SCHEMA_NAME} CASCADE`;
    const renew = `UPDATE ${SCHEMA_NAME}.meta SET value = '${randomUUID()}' WHERE key = 'epoch'`;
    const whole = ['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1'];
    const steps = [`--command=${clear}`, `--file=${script}`, `--command=${REFUSE_NEWER}`, `--command=${renew}`];
    await run('psql', [...whole, ...steps], url);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends the transaction of a restore after which no service of this version would start. */
const REFUSE_NEWER = `DO $$
DECLARE found BIGINT := (SELECT max(version) FROM ${SCHEMA_NAME}.schema_version);
BEGIN
  IF found > ${SCHEMA_STEPS.length} THEN
    RAISE EXCEPTION 'The backup is of version %, this service knows ${SCHEMA_STEPS.length}: restore it with the newer service.', found;
  END IF;
END $$`;

async function refuseWhileInUse(url: string): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ readonly count: string }>(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'taskwire%'",
    ),
  );
  if (Number(rows[0]?.count) > 0) {
    throw new Error('The database is in use by a running service: stop every service on it, then restore.');
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Address and password travel in the environment: arguments can be seen by every user of the machine. */
async function run(program: string, args: readonly string[], url: string): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env: { ...process.env, ...environmentOf(url) } });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(
        `${program} is not in PATH: install PostgreSQL's client programs (Debian: apt-get install postgresql-client).`,
      );
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`${program} failed, and nothing was changed: ${said}`);
  }
}

function environmentOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const given = {
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}
