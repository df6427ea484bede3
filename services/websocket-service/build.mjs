import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [at('src/main.ts')],
  outfile: at('dist/main.js'),
  tsconfig: at('tsconfig.json'),
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
