// @ts-check
// Installing what tests need on a Debian or Ubuntu where we are root, as in a clean container.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether this is a Debian or Ubuntu, as root. */
export function canInstallByApt() {
  return process.getuid?.() === 0 && isDebian() && existsSync('/usr/bin/apt-get');
}

/**
 * Installs packages; progress goes to the error stream, so that a script's own output stays its own.
 * @param {readonly string[]} names
 * @param {string} otherwise What to do by hand when it fails.
 * @throws {Error} with that line.
 */
export function installByApt(names, otherwise) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', ...names]]) {
    const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(otherwise);
  }
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
