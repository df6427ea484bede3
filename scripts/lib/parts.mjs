// @ts-check
import { join } from 'node:path';
import { packageCommand, ROOT } from './root.mjs';
import { run, runNode } from './run.mjs';

/** The service's package, absolute. */
export const SERVICE_DIR = join(ROOT, 'services', 'websocket-service');

/** How the built service is started with Node. */
export const SERVICE_ARGS = [join(SERVICE_DIR, 'dist', 'main.js')];

/**
 * How Next is started with Node.
 * @param {'dev' | 'build' | 'start' | 'typegen'} command
 * @param {readonly string[]} rest
 */
export function nextArgs(command, ...rest) {
  return [packageCommand('next'), command, ...rest];
}

/** Bundles the service into its dist folder; under a second. @returns {Promise<number>} The exit code. */
export function buildService() {
  return runNode(['build.mjs'], { cwd: SERVICE_DIR });
}

/**
 * Builds the app for production. What starts with NEXT_PUBLIC_ is fixed in the browser's code from here on.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The exit code.
 */
export function buildApp(env) {
  return runNode(nextArgs('build'), { env });
}

/** npm, as a command. @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export function runNpm(args, options) {
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}
