import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '@/ports/clock';
import { InvalidToken, KeysUnavailable } from '@/ports/identity';

/** An unknown key id asks the address again this often at most, milliseconds. */
const COOLDOWN_MS = 30_000;
/** Keys are fetched anew after this time, milliseconds. */
const MAX_AGE_MS = 10 * 60_000;
const TIMEOUT_MS = 5_000;
/** After a failure nobody asks the address for this long, milliseconds. */
const PAUSE_MS = 5_000;

/**
 * The public keys at a JWKS address. An unknown key id is an invalid token; an address that can't be reached is
 * {@link KeysUnavailable}, which says nothing about the token, and is left alone for 5 s ([AU43]).
 */
export function createRemoteKeys(url: string, clock: Pick<Clock, 'after'>): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(url), {
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    timeoutDuration: TIMEOUT_MS,
  });
  let isPaused = false;
  return async (header, token) => {
    if (isPaused) throw new KeysUnavailable();
    try {
      return await find(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw new InvalidToken('no key fits the token');
      isPaused = true;
      clock.after(PAUSE_MS, () => {
        isPaused = false;
      });
      throw new KeysUnavailable();
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
