// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';
import { runNode } from '../../scripts/lib/run.mjs';

/** Writes dist/ anew from the sources, as `npm pack` does: what is measured is what is shipped. */
export async function buildPackedLibrary() {
  const code = await runNode([join(ROOT, 'scripts', 'build-library.mjs')]);
  if (code !== 0) throw new Error('The library could not be built; the compiler has said why.');
}

/**
 * The file behind a public entry of the package, found by the package's own `exports`.
 * @param {string} entry Such as `taskwire` or `taskwire/protocol`.
 * @returns {string} An absolute path, to be imported as a file URL.
 */
export function packedEntry(entry) {
  return createRequire(join(ROOT, 'package.json')).resolve(entry);
}
