// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_KEY } from '../../bench/support/service/start-service.mjs';
import { SECRET } from '../../bench/support/service/tokens.mjs';
import { findFreePort } from '../../scripts/lib/ports.mjs';
import { startPostgres } from '../../scripts/start-postgres.mjs';
import { readPostgresLog, readSqliteLog } from './read-log.mjs';
import { startReplica } from './replica.mjs';
import { startProxy } from './start-proxy.mjs';

const POSTGRES_REPLICAS = 2;

/**
 * What is killed, and where to look afterwards.
 * @typedef {object} Stage
 * @property {readonly ReturnType<typeof startReplica>[]} replicas
 * @property {string} url Where clients go.
 * @property {(channel: string) => Promise<readonly import('./reader.mjs').Seen[]>} readLog A channel from its first event on.
 * @property {() => Promise<void>} close Ends everything and removes what it left.
 */

/** @param {'sqlite' | 'postgres'} store @returns {Promise<Stage>} */
export function openStage(store) {
  return store === 'sqlite' ? openSqliteStage() : openPostgresStage();
}

/** One service on a folder. @returns {Promise<Stage>} */
async function openSqliteStage() {
  const dataDir = makeFolder();
  const replica = await start({ DATA_DIR: dataDir });
  return stageOf(
    [replica],
    replica.url,
    async (channel) => readSqliteLog(dataDir, channel),
    async () => remove(dataDir),
  );
}

/** Two services on one database, behind a proxy. @returns {Promise<Stage>} */
async function openPostgresStage() {
  const postgres = await startPostgres();
  const dataDirs = Array.from({ length: POSTGRES_REPLICAS }, makeFolder);
  const replicas = [];
  for (const dataDir of dataDirs) replicas.push(await start({ DATA_DIR: dataDir, DATABASE_URL: postgres.url }));
  const proxy = await startProxy(replicas.map(({ port }) => port));
  return stageOf(
    replicas,
    proxy.url,
    (channel) => readPostgresLog(postgres.url, channel),
    async () => {
      await proxy.stop();
      await postgres.stop();
      dataDirs.forEach(remove);
    },
  );
}

/**
 * @param {Stage['replicas']} replicas @param {string} url @param {Stage['readLog']} readLog
 * @param {() => Promise<void>} cleanUp
 * @returns {Stage}
 */
function stageOf(replicas, url, readLog, cleanUp) {
  return {
    replicas,
    url,
    readLog,
    async close() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await cleanUp();
    },
  };
}

/** @param {Readonly<Record<string, string>>} env */
async function start(env) {
  const [port, internalPort] = [await findFreePort(), await findFreePort()];
  return startReplica({ port, internalPort, env: { JWT_SECRET: SECRET, SERVICE_KEY, ...env } });
}

function makeFolder() {
  return mkdtempSync(join(tmpdir(), 'taskwire-chaos-'));
}

/** @param {string} folder */
function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
}
