// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/lib/root.mjs';

/**
 * Bundles a folder of the library by its public entry, as an application would, for Node to import.
 * @param {string} entry Such as `@/lib/websocket`.
 * @returns {Promise<string>} The bundle's path; it is removed when this process ends.
 */
export async function bundleLibrary(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'taskwire-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'library.mjs');
  await build({
    stdin: { contents: `export * from '${entry}';`, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    outfile,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // A benchmark needs no React; hooks that are never called need none either.
    plugins: [
      {
        name: 'no-react',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^react(-dom)?(\/.*)?$/ }, ({ path }) => ({ path, namespace: 'no-react' }));
          onLoad({ filter: /.*/, namespace: 'no-react' }, () => ({ contents: 'module.exports = {};' }));
        },
      },
    ],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
    logLevel: 'error',
  });
  return outfile;
}
