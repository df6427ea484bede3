import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { include_dir as headers } from 'node-api-headers';

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

// Fan-out's inner loop, where there is a C compiler; without it the service does the same through Node.
if (process.platform === 'linux') {
  const target = join(dirname(outfile), 'sender.node');
  // A service that starts now finds the whole file or none.
  const draft = `${target}.${process.pid}`;
  const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden', '-I', headers];
  const compiler = process.env.CC || 'cc';
  const { status } = spawnSync(compiler, [...flags, '-o', draft, at('native/sender.c')], { stdio: 'inherit' });
  if (status === 0) renameSync(draft, target);
  else {
    rmSync(target, { force: true });
    console.log(
      'No C compiler was found, so each delivery will cost a fifth to a third more processor time. (Debian: sudo apt-get install -y gcc libc6-dev, then build again.)',
    );
  }
}
