import { SignJWT } from 'jose';
import { hasNul } from '@/ports/has-nul';
import { Problem } from '@/ports/problem';
import { TOKEN_ALGORITHM, type TokenClaims } from './token-verifier';
import type { Users } from './users';

/** How long a development token is good for, seconds. */
export const DEVELOPMENT_TOKEN_S = 7 * 24 * 60 * 60;

const MAX_NAME_CHARS = 64;

/** What a login gives. */
export interface Login {
  readonly token: string;
  readonly user: { readonly id: string; readonly name: string };
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

/**
 * Makes the login by name of development mode: the same name is the same user, over restarts too.
 *
 * @throws Problem 400 for a name that is empty, longer than 64 characters or with U+0000 in it.
 */
export function createDevelopmentLogin(
  users: Users,
  secret: string,
  claims: TokenClaims = {},
): (name: string) => Promise<Login> {
  const key = new TextEncoder().encode(secret);
  return async (given) => {
    const name = given.normalize('NFC').trim();
    if (name === '' || [...name].length > MAX_NAME_CHARS || hasNul(name)) {
      throw new Problem(
        400,
        `A name has 1 to ${MAX_NAME_CHARS} characters, spaces around it not counted, and no U+0000.`,
      );
    }
    const { id, now } = await users.userNamed(name);
    const issuedAtS = Math.floor(now / 1000);
    const expiresAtS = issuedAtS + DEVELOPMENT_TOKEN_S;
    const unsigned = new SignJWT({ name });
    if (claims.issuer !== undefined) unsigned.setIssuer(claims.issuer);
    if (claims.audience !== undefined) unsigned.setAudience(claims.audience);
    const token = await unsigned
      .setProtectedHeader({ alg: TOKEN_ALGORITHM })
      .setSubject(id)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(key);
    return { token, user: { id, name }, expiresAt: new Date(expiresAtS * 1000).toISOString() };
  };
}
