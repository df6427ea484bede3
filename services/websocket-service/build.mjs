import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

// `node build.mjs [outfile]`: bundles the sources and lib/protocol; packages stay outside. The storage's thread stands
// beside the service.
const outfile = process.argv[2] ?? at('dist/main.js');
await build({
  entryPoints: {
    [basename(outfile, '.js')]: at('src/main.ts'),
    'storage-thread': at('src/storage/storage-thread.ts'),
    // What benchmarks measure by itself.
    'open-storage': at('src/storage/open-storage.ts'),
  },
  outdir: dirname(outfile),
  tsconfig: at('tsconfig.json'),
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
