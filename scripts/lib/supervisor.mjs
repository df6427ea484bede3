// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitCode, HAS_GROUPS, STOP_GRACE_MS, signalTree, stopTree } from './process-tree.mjs';
import { ROOT } from './root.mjs';

/**
 * @typedef {object} Ending How a supervised run ended.
 * @property {number} code The exit code to pass on; 0 when it was asked for.
 * @property {string} [name] The process that ended by itself; absent when `stop` was called.
 * @property {string} reason For people.
 */

/**
 * Runs several processes as one: their output line by line under their names; when one ends, all end; `stop` ends each of
 * them with everything it started itself.
 * @param {{ write?: (line: string) => void, graceMs?: number }} [options] `write` gets whole lines without their end.
 */
export function createSupervisor({ write = (line) => console.log(line), graceMs = STOP_GRACE_MS } = {}) {
  /** @type {Map<string, import('node:child_process').ChildProcess>} */
  const children = new Map();
  /** @type {(ending: Ending) => void} */
  let finish = () => {};
  /** @type {Promise<Ending>} Settles once, when every process is gone. Never rejects. */
  const ended = new Promise((resolve) => {
    finish = resolve;
  });
  /** @type {Ending | undefined} */
  let ending;

  /** @type {import('node:child_process').ChildProcess | undefined} */
  let guard;

  const killAll = () => {
    for (const child of children.values()) signalTree(child, 'SIGKILL');
  };
  process.once('exit', killAll);

  /** @param {Ending} why */
  async function end(why) {
    if (ending) return;
    ending = why;
    await Promise.all([...children.values()].map((child) => stopTree(child, graceMs)));
    process.removeListener('exit', killAll);
    guard?.stdin?.end('done\n');
    finish(why);
  }

  return {
    ended,

    /**
     * Starts a process under a name.
     * @param {string} name
     * @param {readonly string[]} args What to run with this Node.
     * @param {NodeJS.ProcessEnv} env The whole environment.
     * @param {{ cwd?: string }} [options]
     */
    start(name, args, env, { cwd } = {}) {
      const child = spawn(process.execPath, args, {
        env,
        ...(cwd ? { cwd } : {}),
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that one signal reaches whatever it starts as well.
        detached: HAS_GROUPS,
      });
      children.set(name, child);
      if (HAS_GROUPS) {
        guard ??= startGuard();
        guard.stdin?.write(`${child.pid}\n`);
      }
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => write(`[${name}] ${line}`));
      }
      child.once('error', (error) => end({ name, code: 1, reason: `${name} could not be started: ${error.message}` }));
      child.once('exit', (code, signal) => {
        const reason = signal ? `${name} was ended by ${signal}` : `${name} ended with exit code ${code}`;
        void end({ name, code: exitCode(code, signal), reason });
      });
      return child;
    },

    /** Ends everything, gently first. A second call kills. @param {string} reason */
    stop(reason) {
      if (ending) killAll();
      else void end({ code: 0, reason });
    },
  };
}

/** Starts what ends the groups when this process is killed without warning; it does not keep this process alive. */
function startGuard() {
  const guard = spawn(process.execPath, [join(ROOT, 'scripts', 'lib', 'guard.mjs')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  // A guard that was killed is missed only if this process is killed as well.
  guard.stdin.on('error', () => {});
  return guard;
}
