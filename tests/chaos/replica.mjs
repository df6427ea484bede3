// @ts-check
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE_ARGS } from '../../scripts/lib/parts.mjs';

/** How long a service may take until it answers again, milliseconds. */
const START_LIMIT_MS = 60_000;
const LOOK_MS = 20;

/**
 * One service process that is killed and started again on its own port.
 * @param {object} options
 * @param {number} options.port
 * @param {number} options.internalPort
 * @param {Readonly<Record<string, string>>} options.env
 */
export function startReplica({ port, internalPort, env }) {
  const url = `http://127.0.0.1:${port}`;
  let written = '';
  const start = () => {
    const child = spawn(process.execPath, SERVICE_ARGS, {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        LOG_LEVEL: 'error',
        SERVICE_PORT: String(port),
        INTERNAL_PORT: String(internalPort),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      written = (written + text).slice(-4_000);
    });
    return { child, gone: new Promise((resolve) => child.once('exit', resolve)) };
  };
  let life = start();
  return {
    url,
    port,
    internalUrl: `http://127.0.0.1:${internalPort}`,
    /** SIGKILL, and a new process as soon as the old one is gone. */
    async kill() {
      life.child.kill('SIGKILL');
      await life.gone;
      life = start();
    },
    /** SIGTERM, and a new process when the old one has drained. */
    async restart() {
      life.child.kill('SIGTERM');
      await life.gone;
      life = start();
    },
    /** Settles when it takes work. */
    async ready() {
      const end = Date.now() + START_LIMIT_MS;
      for (;;) {
        const isReady = await fetch(`${url}/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (isReady) return;
        if (Date.now() > end) throw new Error(`A service did not come back:\n${written}`);
        await sleep(LOOK_MS);
      }
    },
    async stop() {
      life.child.kill('SIGKILL');
      await life.gone;
    },
  };
}
