// @ts-check
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';

/** Can a process and all that it starts be signalled as one? Windows has no groups. */
export const HAS_GROUPS = process.platform !== 'win32';

/** How long a process may take to end by itself before it is killed, milliseconds. */
export const STOP_GRACE_MS = 8_000;

/** How long what a process started may outlive it before it is killed, milliseconds. */
const ORPHAN_GRACE_MS = 1_000;

const POLL_MS = 25;

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
    if (HAS_GROUPS) process.kill(-child.pid, signal);
    else spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
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
  if (child.pid === undefined || !HAS_GROUPS) return !hasEnded(child);
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
