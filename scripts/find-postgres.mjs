// @ts-check
// Finds the programs of a PostgreSQL for tests and benchmarks, or installs them where that is possible. By itself it
// prints their folder.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canInstallByApt, installByApt } from './lib/apt.mjs';

/** Debian's place: one folder per version. */
const DEBIAN_DIR = '/usr/lib/postgresql';

/** The one line for machines where nothing was found and nothing can be installed. */
export const HOW_TO_INSTALL =
  'No PostgreSQL was found. Install one (Debian: sudo apt-get install -y postgresql), put its bin folder into PATH, or set TEST_DATABASE_URL to a server whose user may create databases.';

/**
 * What the search asks of the machine; tests give their own.
 * @typedef {object} Machine
 * @property {readonly string[]} path Folders of programs.
 * @property {() => readonly string[]} versions The versions that Debian has installed.
 * @property {(folder: string) => boolean} works Whether initdb and postgres stand there.
 * @property {boolean} canInstall Whether this is a Debian or Ubuntu, as root.
 * @property {() => void} install
 * @property {(line: string) => void} say
 */

/**
 * The folder with `initdb` and `postgres`: in PATH, else Debian's newest, else a fresh one from apt.
 * @param {Machine} [machine]
 * @returns {string}
 * @throws {Error} with one line that says what to do.
 */
export function findPostgres(machine = thisMachine()) {
  const { path, versions, works, canInstall, install, say } = machine;
  const search = () => {
    const newestFirst = [...versions()].sort((a, b) => Number(b) - Number(a));
    return [...path, ...newestFirst.map((version) => join(DEBIAN_DIR, version, 'bin'))].find(works);
  };
  const found = search();
  if (found !== undefined) return found;
  if (!canInstall) throw new Error(HOW_TO_INSTALL);
  say('No PostgreSQL was found; installing one: apt-get update && apt-get install -y postgresql');
  install();
  const installed = search();
  if (installed === undefined) throw new Error(HOW_TO_INSTALL);
  return installed;
}

/** @returns {Machine} */
function thisMachine() {
  return {
    path: (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    versions: () => (existsSync(DEBIAN_DIR) ? readdirSync(DEBIAN_DIR) : []),
    works: (folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
    canInstall: canInstallByApt(),
    install: () => installByApt(['postgresql'], HOW_TO_INSTALL),
    say: (line) => console.error(line),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(findPostgres());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
