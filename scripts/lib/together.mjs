// @ts-check
import { waitForAnswer } from './answers.mjs';
import { nextArgs, SERVICE_ARGS } from './parts.mjs';
import { ROOT } from './root.mjs';
import { buildServiceOrExit, checkPortsOrExit, configureOrExit } from './start-up.mjs';
import { stopOnSignals } from './stop-on-signals.mjs';
import { createSupervisor } from './supervisor.mjs';

/**
 * Runs the service and, unless it is wanted alone, the app until one of them ends or a signal asks both to. Ends this
 * process with the exit code of what ended first, 0 when it was asked to stop.
 * @param {{ production: boolean, build: boolean, withApp: boolean }} options `build`: bundle the service first.
 */
export async function runTogether({ production, build, withApp }) {
  const configuration = await configureOrExit({ production });
  const { port, servicePort, internalPort } = configuration;
  await checkPortsOrExit([
    { port: servicePort, variable: 'SERVICE_PORT', owner: 'service' },
    { port: internalPort, variable: 'INTERNAL_PORT', owner: 'service’s internal listener' },
    ...(withApp ? [{ port, variable: 'PORT', owner: 'app' }] : []),
  ]);
  if (build) await buildServiceOrExit();

  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  const env = { ...process.env, ...configuration.env, NODE_ENV: production ? 'production' : 'development' };
  supervisor.start('service', SERVICE_ARGS, env, { cwd: ROOT });
  if (withApp) {
    supervisor.start('app', nextArgs(production ? 'start' : 'dev', '--port', String(port)), env, { cwd: ROOT });
    void announce(configuration, production, supervisor.ended);
  }
  const { code, name, reason } = await supervisor.ended;
  console.log(name && withApp ? `${reason}; everything else was stopped.` : `${reason}; everything is stopped.`);
  process.exit(code);
}

/**
 * Says where to click, once both answer.
 * @param {import('./environment.mjs').Configuration} configuration
 * @param {boolean} production
 * @param {Promise<unknown>} ended Ends the wait.
 */
async function announce({ port, servicePort, dataDir }, production, ended) {
  const waiting = new AbortController();
  void ended.then(() => waiting.abort());
  const answers = await Promise.all([
    waitForAnswer(`http://localhost:${servicePort}/health`, waiting),
    // Asking for the page also compiles it, so that the first click in development does not wait.
    waitForAnswer(`http://localhost:${port}/tasks`, waiting),
  ]);
  if (!answers.every(Boolean)) return;
  const lines = [
    '',
    `  Taskwire is ready:  http://localhost:${port}`,
    production
      ? '  There is no login by name in production; how to sign in stands in README.md, "Production".'
      : '  Sign in with any name, open it in two tabs and change a task in one of them.',
    '',
    `  Service             http://localhost:${servicePort}/health`,
    `  Data                ${dataDir}`,
    '  Stop                Ctrl-C',
    '',
  ];
  console.log(lines.join('\n'));
}
