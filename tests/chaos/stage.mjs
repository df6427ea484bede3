// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET } from '../../bench/support/service/tokens.mjs';
import { findFreePort } from '../../scripts/lib/ports.mjs';
import { readSqliteLog } from './read-log.mjs';
import { startReplica } from './replica.mjs';

/**
 * What is killed, and where to look afterwards.
 * @typedef {object} Stage
 * @property {readonly ReturnType<typeof startReplica>[]} replicas
 * @property {readonly string[]} urls Where clients may go.
 * @property {(channel: string) => Promise<readonly import('./reader.mjs').Seen[]>} readLog A channel from its first event on.
 * @property {() => Promise<void>} close Ends everything and removes what it left.
 */

/** @param {'sqlite' | 'postgres'} store @returns {Promise<Stage>} */
export async function openStage(store) {
  const folder = mkdtempSync(join(tmpdir(), 'taskwire-chaos-'));
  const replicas = [
    startReplica({
      port: await findFreePort(),
      env: { DATA_DIR: folder, INTERNAL_PORT: String(await findFreePort()), JWT_SECRET: SECRET },
    }),
  ];
  const urls = replicas.map(({ url }) => url);
  return {
    replicas,
    urls,
    readLog: async (channel) => readSqliteLog(folder, channel),
    async close() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
