/**
 * Completes package-lock.json for every platform: `node scripts/complete-lockfile.mjs` after a change of dependencies.
 *
 * npm leaves the binaries of other platforms out of the lock file when it can't see them (a mirror that holds one platform, or
 * an install over an existing node_modules), and `npm ci` then refuses the whole file. What is missing is known from the
 * packages that ask for it: name and exact version; platform and processor stand in the name.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILES = ['package-lock.json', 'bench/package-lock.json'];
const PLATFORM =
  /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(musl)?[-_]([a-z0-9]+)(?:[-_]([a-z]+))?$/;

/**
 * The lock entries that a lock file lacks.
 *
 * @param {Record<string, any>} packages The `packages` of a lock file.
 * @returns {Record<string, object>}
 */
export function missingEntries(packages) {
  /** @type {Record<string, object>} */
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const known = slotsOf(path, name).map((slot) => packages[slot] ?? missing[slot]);
      if (known.some((found) => found !== undefined)) continue;
      if (!/^\d/.test(String(version)))
        throw new Error(`${name} asks for ${version}: only an exact version can be completed.`);
      const flags = { ...(entry.dev && { dev: true }), ...(entry.devOptional && { devOptional: true }) };
      missing[`node_modules/${name}`] = { version, ...flags, optional: true, ...platformOf(name) };
    }
  }
  return missing;
}

/** Where Node would look for a dependency of a package. @param {string} path @param {string} name */
function slotsOf(path, name) {
  const parts = path === '' ? [] : path.split('/node_modules/');
  const slots = parts.map((_, index) => `${parts.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`);
  return [`node_modules/${name}`, ...slots];
}

/** Platform and processor as the name of a binary package tells them. @param {string} name */
function platformOf(name) {
  if (name.includes('wasm32')) return { cpu: ['wasm32'] };
  const match = PLATFORM.exec(name);
  if (match === null) throw new Error(`${name} names no platform: add its lock entry by hand.`);
  const [, os, musl, cpu, abi] = match;
  const libc =
    os !== 'linux'
      ? undefined
      : musl || abi?.startsWith('musl')
        ? 'musl'
        : abi?.startsWith('gnu')
          ? 'glibc'
          : undefined;
  return { cpu: [cpu], ...(libc && { libc: [libc] }), os: [os] };
}

function main() {
  for (const file of FILES) {
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    const missing = missingEntries(lock.packages);
    lock.packages = Object.fromEntries(
      Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${file}: ${Object.keys(missing).length} entries of other platforms added.`);
  }
}

if (import.meta.url === `file://${process.argv[1]}`) main();
