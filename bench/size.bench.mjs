// @ts-check
// How many bytes a page pays for the connection, beside the clients that people use today.
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from '../scripts/lib/root.mjs';
import { writeResult } from './support/write-result.mjs';

const BENCH_DIR = join(ROOT, 'bench');

/** How an application is built. */
const PRODUCTION = /** @type {const} */ ({
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  external: ['react', 'react-dom'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
  logLevel: 'error',
});

/** Each contender as an application would import it; what it leaves unused is shaken off. */
const CONTENDERS = [
  { client: 'taskwire/client', code: `export * from '@/lib/websocket/native-client';`, from: ROOT },
  { client: 'taskwire/websocket, with seed 001 and the hook', code: `export * from '@/lib/websocket';`, from: ROOT },
  {
    client: 'taskwire/websocket, WebSocketSyncClient alone',
    code: `export { WebSocketSyncClient } from '@/lib/websocket';`,
    from: ROOT,
  },
  { client: 'partysocket', code: `export { WebSocket } from 'partysocket';` },
  { client: 'reconnecting-websocket', code: `export { default } from 'reconnecting-websocket';` },
  { client: 'phoenix', code: `export { Socket } from 'phoenix';` },
  { client: 'graphql-ws', code: `export { createClient } from 'graphql-ws';` },
  { client: 'socket.io-client', code: `export { io } from 'socket.io-client';` },
  { client: 'centrifuge', code: `export { Centrifuge } from 'centrifuge';` },
];

const rows = [];
for (const { client, code, from = BENCH_DIR } of CONTENDERS) rows.push({ client, ...(await measure(code, from)) });

/** What an application with `TaskSyncProvider` has anyway. */
const SESSION = `export { native } from '@/lib/connectors'; export { acquireSession } from '@/lib/sync';`;
const CONNECTORS = ['syncService', 'taskUpdate', 'realTimeSync', 'taskmd', 'todo', 'autoDetect'];

const without = await measureStart(SESSION);
/** @type {number[]} */
const added = [];
for (const name of CONNECTORS) {
  const bytes = await measureStart(`${SESSION} export { ${name} } from '@/lib/connectors';`);
  const gzip = bytes.gzip - without.gzip;
  rows.push({ client: `added by the connector ${name}`, minified: bytes.minified - without.minified, gzip });
  if (name !== 'autoDetect') added.push(gzip);
}

writeResult({
  name: 'size',
  about:
    'Bytes of a production bundle for browsers (esbuild, minified, ES2022), React external; gzip at level 9. Each client as an application imports it. A connector is counted by what a page with a session loads more at its start; what is loaded with the first request or the first change is not.',
  rows,
  ratios: { size_client_bytes: rows[0]?.gzip ?? 0, size_connector_max_bytes: Math.max(...added) },
});

/**
 * What a page loads before anything is asked for: the entry and all that it imports statically.
 * @param {string} code
 */
async function measureStart(code) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    ...PRODUCTION,
    splitting: true,
    outdir: join(ROOT, 'out'),
    metafile: true,
  });
  const entry = Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint !== undefined);
  const needed = new Set(entry === undefined ? [] : [entry]);
  for (const path of needed) {
    for (const { kind, path: target } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && target in metafile.outputs) needed.add(target);
    }
  }
  const bytes = Buffer.concat(
    outputFiles.filter(({ path }) => needed.has(relative(process.cwd(), path))).map(({ contents }) => contents),
  );
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}

/** @param {string} code @param {string} from The folder that its imports are resolved from. */
async function measure(code, from) {
  const { outputFiles } = await build({ stdin: { contents: code, resolveDir: from, loader: 'ts' }, ...PRODUCTION });
  const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
