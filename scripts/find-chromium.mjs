// @ts-check
// Finds a Chromium for the browser tests, or installs one where that is possible. By itself it prints the path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canInstallByApt, installByApt } from './lib/apt.mjs';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const START_LIMIT_MS = 30_000;

/** The one line for machines where nothing was found and nothing can be installed. */
export const HOW_TO_INSTALL =
  'No Chromium was found. Install one (Debian: sudo apt-get install -y chromium; anywhere: npx playwright-core install --with-deps chromium) or set CHROMIUM_PATH to it.';

/**
 * What the search asks of the machine; tests give their own.
 * @typedef {object} Machine
 * @property {Record<string, string | undefined>} env
 * @property {(path: string) => boolean} works Whether this file is a browser that starts.
 * @property {(name: string) => string | undefined} find A program's path by its name.
 * @property {() => string | undefined | Promise<string | undefined>} playwright Where Playwright would have put its own.
 * @property {boolean} canInstall Whether this is a Debian or Ubuntu, as root.
 * @property {() => void} install
 * @property {(line: string) => void} say
 */

/**
 * The path of a Chromium that starts: CHROMIUM_PATH, else the system's, else Playwright's own, else a fresh one from apt.
 * @param {Machine} [machine]
 * @returns {Promise<string>}
 * @throws {Error} with one line that says what to do.
 */
export async function findChromium(machine = thisMachine()) {
  const { env, works, find, playwright, canInstall, install, say } = machine;
  const wanted = env.CHROMIUM_PATH;
  if (wanted) {
    if (works(wanted)) return wanted;
    throw new Error(
      `CHROMIUM_PATH is "${wanted}", where no browser starts. Correct it, or unset it to search for one.`,
    );
  }
  const system = () => SYSTEM_NAMES.map(find).find((path) => path !== undefined && works(path));
  const found = system() ?? (await ownBrowser(playwright, works));
  if (found) return found;
  if (!canInstall) throw new Error(HOW_TO_INSTALL);
  say('No Chromium was found; installing one: apt-get update && apt-get install -y chromium');
  install();
  const installed = system();
  if (!installed) throw new Error(HOW_TO_INSTALL);
  return installed;
}

/** @param {Machine['playwright']} playwright @param {Machine['works']} works */
async function ownBrowser(playwright, works) {
  const path = await playwright();
  return path !== undefined && works(path) ? path : undefined;
}

/** @returns {Machine} */
function thisMachine() {
  return {
    env: process.env,
    works: (path) => existsSync(path) && spawnSync(path, ['--version'], { timeout: START_LIMIT_MS }).status === 0,
    find: (name) =>
      (process.env.PATH ?? '')
        .split(delimiter)
        .map((folder) => join(folder, name))
        .find((path) => existsSync(path)),
    playwright: async () => (await import('playwright-core')).chromium.executablePath(),
    canInstall: canInstallByApt(),
    install: () => installByApt(['chromium'], HOW_TO_INSTALL),
    say: (line) => console.error(line),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await findChromium());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
