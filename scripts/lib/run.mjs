// @ts-check
import { spawn } from 'node:child_process';
import { exitCode } from './process-tree.mjs';
import { ROOT } from './root.mjs';

/**
 * Runs one command to its end, its output passed straight through; nothing can be typed into it.
 * @param {string} command @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>} The exit code, as a shell would report it; 127 when the command does not exist.
 */
export function run(command, args, { env = process.env, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)));
  });
}

/** Runs a script with this Node; as {@link run}. @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}
