import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../../../scripts/start-postgres.mjs';

const SERVICE_DIR = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Vitest's global setup of the service: bundles the storage's thread, since a thread can't run the sources, and starts
 * one PostgreSQL for the whole run, unless TEST_DATABASE_URL names one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given ? undefined : await startPostgres({ isDurable: false });
  // The commands on the data run pg_dump and its like from there.
  if (postgres !== undefined) process.env.PATH = [process.env.PATH, postgres.bin].join(delimiter);
  project.provide('postgresUrl', given || (postgres?.url ?? ''));
  await mkdir(join(SERVICE_DIR, 'dist'), { recursive: true });
  const dir = await mkdtemp(join(SERVICE_DIR, 'dist', 'thread-'));
  await promisify(execFile)(process.execPath, [join(SERVICE_DIR, 'build.mjs'), join(dir, 'main.js')]);
  project.provide('storageThread', pathToFileURL(join(dir, 'storage-thread.js')).href);
  return async () => {
    await postgres?.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
