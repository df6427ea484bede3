// @ts-check
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { SERVICE_DIR } from './parts.mjs';

/**
 * The service's own reading of its configuration, so that its rules stand in one place: bundled in memory, since the service
 * itself may not be built yet.
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<{ ok: true, config: { port: number, internalPort: number } } | { ok: false, faults: readonly string[] }>}
 */
export async function readServiceConfig(env) {
  const { outputFiles } = await build({
    entryPoints: [join(SERVICE_DIR, 'src', 'config', 'read-config.ts')],
    tsconfig: join(SERVICE_DIR, 'tsconfig.json'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const code = Buffer.concat(outputFiles.map(({ contents }) => contents)).toString('base64');
  // esbuild keeps a process of its own waiting for more.
  await stop();
  const { readConfig } = await import(`data:text/javascript;base64,${code}`);
  return readConfig(env);
}
