// @ts-check
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService, SERVICE_ARGS } from '../../../scripts/lib/parts.mjs';
import { SECRET } from './tokens.mjs';

const START_LIMIT_MS = 30_000;

/** What backends publish with. */
export const SERVICE_KEY = 'a-service-key-that-only-benchmarks-have';

/** Bounds that a benchmark would meet before anything is measured. */
const RAISED_LIMITS = {
  MAX_CONNECTIONS_PER_USER: '1000000',
  MAX_CONNECTIONS_PER_ADDRESS: '1000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000',
  CONNECTS_PER_USER: 'off',
  CONNECTS_PER_ADDRESS: 'off',
  FRAMES_PER_CONNECTION: 'off',
  MESSAGES_PER_USER: 'off',
  MESSAGES_PER_ADDRESS: 'off',
  REQUESTS_PER_USER: 'off',
  REQUESTS_PER_ADDRESS: 'off',
};

/** A line of the metrics. */
const CLOSES = /^taskwire_closes_total\{code="(\w+)"\} (\d+)$/gm;

/** Makes `collect` work; says nothing where Node was started without `--expose-gc`. */
const PRELOAD = new URL('./collect-on-order.mjs', import.meta.url).href;

/**
 * A built service in a process of its own.
 * @typedef {object} RunningService
 * @property {number} pid
 * @property {string} url `http://127.0.0.1:<port>`
 * @property {() => Promise<Readonly<Record<string, number>>>} closes How many sockets it ended, by the code that it gave.
 * @property {() => Promise<void>} collect Frees what nobody needs, where Node was started with `--expose-gc`.
 * @property {() => Promise<void>} stop SIGKILL; its data goes too.
 */

/** Builds the service once for a benchmark. */
export async function build() {
  const code = await buildService();
  if (code !== 0) throw new Error('The service could not be built; the compiler has said why.');
}

/**
 * Starts the built service on an empty folder and any free port, with limits that a single address does not meet.
 * @param {object} [options]
 * @param {readonly string[]} [options.nodeArgs]
 * @param {Readonly<Record<string, string>>} [options.env]
 * @param {boolean} [options.hasOwnLimits] With the limits that it has by itself.
 * @returns {Promise<RunningService>}
 */
export async function startService({ nodeArgs = [], env = {}, hasOwnLimits = false } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'taskwire-bench-'));
  const [path, ...args] = SERVICE_ARGS;
  const child = fork(path ?? '', args, {
    execArgv: ['--import', PRELOAD, ...nodeArgs],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      SERVICE_PORT: '0',
      INTERNAL_PORT: '0',
      DATA_DIR: dataDir,
      JWT_SECRET: SECRET,
      SERVICE_KEY,
      LOG_LEVEL: 'error',
      ...(hasOwnLimits ? {} : RAISED_LIMITS),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const { url, internalUrl } = await addressesOf(child, gone);
  return {
    pid: child.pid ?? -1,
    url,
    async closes() {
      const text = await (await fetch(`${internalUrl}/metrics`)).text();
      return Object.fromEntries([...text.matchAll(CLOSES)].map(([, code, count]) => [code, Number(count)]));
    },
    async collect() {
      const collected = new Promise((resolve) => child.once('message', resolve));
      child.send({ type: 'collect' });
      await collected;
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child @param {Promise<unknown>} gone
 * @returns {Promise<{ readonly url: string, readonly internalUrl: string }>}
 */
function addressesOf(child, gone) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The service did not start.')), START_LIMIT_MS);
    let written = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      written += text;
      const url = /listening on (http\S+)/.exec(written)?.[1];
      const internalUrl = /neighbours on (http\S+)\n/.exec(written)?.[1];
      if (url === undefined || internalUrl === undefined) return;
      clearTimeout(timer);
      resolve({ url, internalUrl });
    });
    void gone.then(() => reject(new Error('The service ended before it listened.')));
  });
}
