// @ts-check
// A PostgreSQL of one's own for tests and benchmarks: a fresh cluster in a temporary folder, on a free port of the loopback.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from './find-postgres.mjs';

const READY = 'database system is ready to accept connections';
const ATTEMPTS = 5;

/**
 * @typedef {object} PostgresOptions
 * @property {boolean} [isDurable] Whether commits reach the disk (default true); tests of logic don't need it.
 */

/**
 * @typedef {object} OwnPostgres
 * @property {string} url A user that may do everything, in the database `postgres`.
 * @property {number} pid
 * @property {string} bin The folder of its programs, pg_dump among them.
 * @property {() => Promise<void>} stop Ends the server and removes its data.
 */

/**
 * Starts one. As root it runs as the user `postgres` (PostgreSQL refuses root), else as the caller.
 * @param {PostgresOptions} [options]
 * @returns {Promise<OwnPostgres>}
 * @throws {Error} with one line that says what to do.
 */
export async function startPostgres({ isDurable = true } = {}) {
  const bin = findPostgres();
  const owner = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'taskwire-postgres-'));
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const data = join(folder, 'data');
    // As the folder of work, the caller's may be closed to the other user.
    const env = { ...process.env, LC_ALL: 'C' };
    const run = { ...owner, cwd: folder, env };
    const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
    execFileSync(join(bin, 'initdb'), init, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const settings = {
        listen_addresses: '127.0.0.1',
        unix_socket_directories: folder,
        max_connections: 200,
        fsync: isDurable ? 'on' : 'off',
        full_page_writes: isDurable ? 'on' : 'off',
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
        ...run,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const exited = new Promise((resolve) => server.once('exit', resolve));
      const started = await isReady(server);
      if (started === true) {
        return {
          url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
          pid: server.pid ?? 0,
          bin,
          async stop() {
            server.kill('SIGINT');
            await exited;
            remove();
          },
        };
      }
      // Somebody may have taken the port in between.
      if (attempt === ATTEMPTS) throw new Error(`PostgreSQL did not start:\n${started}`);
    }
  } catch (error) {
    remove();
    throw error;
  }
}

/** True once it takes connections, or what it said before it ended. @param {import('node:child_process').ChildProcess} server */
function isReady(server) {
  return new Promise((/** @type {(outcome: true | string) => void} */ resolve) => {
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      if (said.length < 100_000) said += text;
      if (said.includes(READY)) resolve(true);
    });
    server.once('exit', () => resolve(said));
    server.once('error', (error) => resolve(String(error)));
  });
}

/** @param {string} user */
function idsOf(user) {
  const idOf = (/** @type {string} */ flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
