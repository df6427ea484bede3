import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIN_SECRET_BYTES } from '@/config/keys';

const SECRET_FILE = 'jwt-secret';
const SECRET_BYTES = 32;

/**
 * The generated secret of development mode. It is made once and kept in the data directory, readable by its owner alone,
 * so that tokens outlive a restart. Call it only while the directory is locked.
 *
 * @throws Error when the kept one is too short to be trusted.
 */
export function developmentSecret(dataDir: string): string {
  const file = join(dataDir, SECRET_FILE);
  const known = readSecret(file);
  if (known !== undefined && Buffer.byteLength(known) < MIN_SECRET_BYTES) {
    throw new Error(
      `The secret in ${file} is shorter than ${MIN_SECRET_BYTES} bytes: remove the file to have a new one made, or set JWT_SECRET.`,
    );
  }
  if (known !== undefined) return known;
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  // A crash must not leave half a secret behind.
  writeFileSync(`${file}.new`, secret, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secret;
}

function readSecret(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
