import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { findCompiler } from '../../../../scripts/find-compiler.mjs';
import { startPostgres } from '../../../../scripts/start-postgres.mjs';

const SERVICE_DIR = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Vitest's global setup of the service: builds what tests of the sources can't do without, the storage's thread and the
 * native sender, and starts one PostgreSQL for the whole run, unless TEST_DATABASE_URL names one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.platform === 'linux') findCompiler();
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given ? undefined : await startPostgres({ isDurable: false });
  // The commands on the data run pg_dump and its like from there.
  if (postgres !== undefined) process.env.PATH = [process.env.PATH, postgres.bin].join(delimiter);
  project.provide('postgresUrl', given || (postgres?.url ?? ''));
  await mkdir(join(SERVICE_DIR, 'dist'), { recursive: true });
  const dir = await mkdtemp(join(SERVICE_DIR, 'dist', 'thread-'));
  await promisify(execFile)(process.execPath, [join(SERVICE_DIR, 'build.mjs'), join(dir, 'main.js')]);
  project.provide('storageThread', pathToFileURL(join(dir, 'storage-thread.js')).href);
  project.provide('nativeSender', pathToFileURL(join(dir, 'sender.node')).href);
  return async () => {
    await postgres?.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
