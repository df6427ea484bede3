// @ts-check
// Finds the C compiler that the service's build uses for its native sender, or installs one where that is possible. By
// itself it prints its name.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { canInstallByApt, installByApt } from './lib/apt.mjs';

/** The one line for machines where nothing was found and nothing can be installed. */
export const HOW_TO_INSTALL =
  'No C compiler was found. Install one (Debian: sudo apt-get install -y gcc libc6-dev) or set CC to it.';

/**
 * What the search asks of the machine; tests give their own.
 * @typedef {object} Machine
 * @property {string} name What the build would call.
 * @property {(name: string) => boolean} works Whether that compiles a file.
 * @property {boolean} canInstall Whether this is a Debian or Ubuntu, as root.
 * @property {() => void} install
 * @property {(line: string) => void} say
 */

/**
 * The name of a C compiler that works: CC, else `cc`, else that after gcc came from apt.
 * @param {Machine} [machine]
 * @returns {string}
 * @throws {Error} with one line that says what to do.
 */
export function findCompiler(machine = thisMachine()) {
  const { name, works, canInstall, install, say } = machine;
  if (works(name)) return name;
  if (!canInstall) throw new Error(HOW_TO_INSTALL);
  say('No C compiler was found; installing one: apt-get update && apt-get install -y gcc libc6-dev');
  install();
  if (!works(name)) throw new Error(HOW_TO_INSTALL);
  return name;
}

/** @returns {Machine} */
function thisMachine() {
  return {
    name: process.env.CC || 'cc',
    // A compiler without the headers of its C library is there and compiles nothing.
    works: (name) =>
      spawnSync(name, ['-fsyntax-only', '-x', 'c', '-'], { input: '#include <sys/socket.h>\n' }).status === 0,
    canInstall: canInstallByApt(),
    install: () => installByApt(['gcc', 'libc6-dev'], HOW_TO_INSTALL),
    say: (line) => console.error(line),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(findCompiler());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
