import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes the data directory, for its owner alone, where it is missing.
 *
 * @throws Error with one sentence that names the cure when it can't be made, is no directory or can't be written.
 */
export function prepareDataDirectory(dataDir: string): void {
  if (!existsSync(dataDir)) {
    orExplain(`The data directory ${dataDir} can't be made`, () => makeDirectories(resolve(dataDir)));
  }
  if (!statSync(dataDir).isDirectory()) {
    throw new Error(`DATA_DIR ${dataDir} is not a directory: set it to a directory that this user may write.`);
  }
  orExplain(`The data directory ${dataDir} can't be written`, () =>
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK),
  );
}

/** One by one: Node's own recursion never ends where the system says that a parent is missing though it is there, as in /proc. */
function makeDirectories(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeDirectories(parent);
  mkdirSync(path, { mode: 0o700 });
}

function orExplain(fault: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${fault} (${reason}): set DATA_DIR to a place that this user may write.`);
  }
}
