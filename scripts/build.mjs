// @ts-check
// `npm run build`: what `npm start` starts.
import { buildApp, buildService } from './lib/parts.mjs';
import { configureOrExit } from './lib/start-up.mjs';
import { formatSeconds } from './lib/text.mjs';

const configuration = await configureOrExit({ production: true, needsSecret: false });
const env = { ...process.env, ...configuration.env, NODE_ENV: 'production' };
const steps = [
  { name: 'the service', build: buildService },
  { name: 'the app', build: () => buildApp(env) },
];
for (const [index, { name, build }] of steps.entries()) {
  console.log(`[${index + 1}/${steps.length}] building ${name} …`);
  const begin = performance.now();
  const code = await build();
  if (code !== 0) {
    console.error(`Building ${name} failed.`);
    process.exit(code);
  }
  console.log(`[${index + 1}/${steps.length}] ${name} is built (${formatSeconds(performance.now() - begin)})`);
}
console.log(
  `Browsers will look for the service at ${configuration.env.NEXT_PUBLIC_WEBSOCKET_URL}. Start both with: npm start`,
);
