// @ts-check
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';
import { runNode } from '../../scripts/lib/run.mjs';

const INSTALLED = join(ROOT, 'bench', 'node_modules', 'taskwire');

/**
 * Builds the library as `npm pack` does and puts it where an installation would: `import 'taskwire'` in a benchmark finds
 * what is shipped, and a build meanwhile disturbs nobody.
 */
export async function installPackedLibrary() {
  const code = await runNode([join(ROOT, 'scripts', 'build-library.mjs')]);
  if (code !== 0) throw new Error('The library could not be built; the compiler has said why.');
  rmSync(INSTALLED, { recursive: true, force: true });
  mkdirSync(INSTALLED, { recursive: true });
  for (const part of ['package.json', 'dist']) cpSync(join(ROOT, part), join(INSTALLED, part), { recursive: true });
}
