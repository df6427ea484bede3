import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

// `node build.mjs [outfile]`: bundles the sources and lib/protocol; packages stay outside.
await build({
  entryPoints: [at('src/main.ts')],
  outfile: process.argv[2] ?? at('dist/main.js'),
  tsconfig: at('tsconfig.json'),
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
