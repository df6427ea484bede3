// @ts-check
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, absolute. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const require = createRequire(import.meta.url);

/**
 * The script behind an installed package's command, so that it starts without a shell or npx in between: one process less
 * to stop, and no search of the PATH.
 * @param {string} packageName
 * @param {string} [command] The name in the package's `bin`; its own name by default.
 * @returns {string} An absolute path. Throws when the package is not installed.
 */
export function packageCommand(packageName, command = packageName.replace(/^.*\//, '')) {
  const manifestPath = require.resolve(`${packageName}/package.json`);
  const { bin } = require(manifestPath);
  return join(dirname(manifestPath), typeof bin === 'string' ? bin : bin[command]);
}
