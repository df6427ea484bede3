// @ts-check
// `npm run service`: the service alone, for an app of your own. Development unless NODE_ENV=production is set.
import { runTogether } from './lib/together.mjs';

await runTogether({ production: process.env.NODE_ENV === 'production', build: true, withApp: false });
