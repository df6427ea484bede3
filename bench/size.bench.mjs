// @ts-check
// How many bytes a page pays for the connection, beside the clients that people use today.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from '../scripts/lib/root.mjs';
import { writeResult } from './support/write-result.mjs';

const BENCH_DIR = join(ROOT, 'bench');

const REACT = ['react', 'react-dom'];

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

writeResult({
  name: 'size',
  about:
    'Bytes of a production bundle for browsers (esbuild, minified, ES2022), React external; gzip at level 9. Each client as an application imports it.',
  rows,
  ratios: { size_client_bytes: rows[0]?.gzip ?? 0 },
});

/** @param {string} code @param {string} from The folder that its imports are resolved from. */
async function measure(code, from) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: from, loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: REACT,
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
    logLevel: 'error',
  });
  const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
