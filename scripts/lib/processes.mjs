// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

/** How long a process may take to end by itself before it is killed, milliseconds. */
export const STOP_GRACE_MS = 8_000;

/** How long what a process started may outlive it before it is killed, milliseconds. */
const ORPHAN_GRACE_MS = 1_000;

const POLL_MS = 25;

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
        detached: process.platform !== 'win32',
      });
      children.set(name, child);
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

/**
 * A signal that asks a person's programs to stop reaches the whole supervised set; a second one kills.
 * @param {{ stop(reason: string): void }} supervisor
 */
export function stopOnSignals(supervisor) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => supervisor.stop(`Stopped by ${signal}`));
  }
}

/**
 * What a shell would report for an ended process.
 * @param {number | null} code @param {NodeJS.Signals | null} signal @returns {number}
 */
export function exitCode(code, signal) {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/**
 * Ends a process and everything in its group: SIGTERM, then SIGKILL for what is still there after `graceMs`.
 * @param {import('node:child_process').ChildProcess} child A process started with `detached` (on Windows: any).
 * @param {number} [graceMs]
 */
export async function stopTree(child, graceMs = STOP_GRACE_MS) {
  signalTree(child, 'SIGTERM');
  await waitUntil(() => hasEnded(child), graceMs);
  await waitUntil(() => !isTreeAlive(child), ORPHAN_GRACE_MS);
  signalTree(child, 'SIGKILL');
  if (!hasEnded(child)) await new Promise((resolve) => child.once('exit', resolve));
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
export function signalTree(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone: what was wanted.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** @param {import('node:child_process').ChildProcess} child */
function isTreeAlive(child) {
  if (child.pid === undefined || process.platform === 'win32') return !hasEnded(child);
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {() => boolean} condition @param {number} limitMs */
async function waitUntil(condition, limitMs) {
  const deadline = performance.now() + limitMs;
  while (!condition() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
