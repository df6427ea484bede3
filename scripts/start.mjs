// @ts-check
// `npm start`: the service and the app as built by `npm run build`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_ARGS } from './lib/parts.mjs';
import { ROOT } from './lib/root.mjs';
import { fail } from './lib/start-up.mjs';
import { runTogether } from './lib/together.mjs';

const built = [...SERVICE_ARGS, join(ROOT, '.next', 'BUILD_ID')].every((path) => existsSync(path));
if (!built) fail('There is nothing built to start. Run first: npm run build');
await runTogether({ production: true, build: false, withApp: true });
