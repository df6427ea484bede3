// @ts-check
// `node scripts/dapr-contract.mjs`: the contract test of the service with Dapr, against a real daprd. Without one the same
// test runs with a played sidecar, as part of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageCommand, ROOT } from './lib/root.mjs';

const TEST = 'services/websocket-service/tests/dapr-contract.test.ts';

function findDaprd() {
  const { DAPRD_PATH, PATH = '' } = process.env;
  if (DAPRD_PATH) return existsSync(DAPRD_PATH) ? DAPRD_PATH : undefined;
  const places = [...PATH.split(delimiter), join(homedir(), '.dapr', 'bin')];
  return places.map((place) => join(place, 'daprd')).find((file) => existsSync(file));
}

const daprd = findDaprd();
if (daprd === undefined) {
  process.stderr.write(
    'There is no daprd on this machine, so nothing was run. Install it (https://docs.dapr.io/getting-started, then\n' +
      '`dapr init --slim`), or set DAPRD_PATH to it. With a played sidecar the same test runs by:\n' +
      `  npx vitest run --project service ${TEST}\n`,
  );
  process.exit(2);
}
process.stdout.write(`The contract test runs with ${daprd}.\n`);
const { status } = spawnSync(process.execPath, [packageCommand('vitest'), 'run', '--project', 'service', TEST], {
  cwd: ROOT,
  env: { ...process.env, DAPRD_PATH: daprd },
  stdio: 'inherit',
});
process.exit(status ?? 1);
