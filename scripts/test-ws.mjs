// @ts-check
// `npm run test:ws`: the steps of tests/integration_test_ws.ts against a service that listens already.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';

// Inside the repository, so that `ws` is found.
const folder = mkdtempSync(join(ROOT, 'node_modules', '.integration-test-'));
const outfile = join(folder, 'integration_test_ws.mjs');
try {
  await build({
    entryPoints: [join(ROOT, 'tests', 'integration_test_ws.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  process.exitCode = await runNode([outfile]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
