// @ts-check
// `npm run dev`: the service and the app for developing, one command, one Ctrl-C.
import { runTogether } from './lib/together.mjs';

await runTogether({ production: false, build: true, withApp: true });
