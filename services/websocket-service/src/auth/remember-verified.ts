import type { Clock } from '@/ports/clock';
import type { Identity, VerifyToken } from '@/ports/identity';

/** After this long a token is verified anew: its public key may be gone. Milliseconds. */
const MAX_AGE_MS = 60_000;
const MAX_TOKENS = 20_000;

/**
 * The same verification, which remembers for a minute whom a good token speaks for ([AU50]): a person's every request
 * brings the same one. What is wrong with a token is never remembered, and its end and its revocation count all the same.
 */
export function rememberVerified(verify: VerifyToken, clock: Clock): VerifyToken {
  const known = new Map<string, { readonly identity: Identity; readonly from: number; readonly until: number }>();

  return async (token) => {
    const seen = known.get(token);
    const asked = clock.now();
    // A clock that was set back says nothing of how long ago that was.
    if (seen !== undefined && asked >= seen.from && asked < seen.until) return seen.identity;
    known.delete(token);
    const identity = await verify(token);
    const now = clock.now();
    if (known.size >= MAX_TOKENS) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(token, { identity, from: now, until: Math.min(now + MAX_AGE_MS, identity.expiresAt) });
    return identity;
  };
}
