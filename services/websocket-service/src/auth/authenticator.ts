import { CloseCode, encodeCloseAdvice } from '@/lib/protocol';
import {
  type Authenticate,
  type Authentication,
  END_OF_TIME_MS,
  type Identity,
  KeysUnavailable,
  RevokedToken,
  type VerifyToken,
} from '@/ports/identity';
import type { AuthRefusal, Metrics } from '@/ports/metrics';

/** What clients do while nobody's token can be verified: they come back later, spread. */
const KEYS_ADVICE = { retryAfterMs: 5_000, spreadMs: 5_000 };

/**
 * Makes what decides about a socket's credentials: 4401 for a token that proves nothing, 4403 for an address that names
 * somebody else, 1013 with advice while the keys can't be had ([AU43]). With `auth: 'off'` (development only) an address is believed where no valid token says otherwise.
 */
export function createAuthenticator(verify: VerifyToken, auth: 'on' | 'off', metrics: Metrics): Authenticate {
  const proofOf = (token: string): Promise<Identity | AuthRefusal> =>
    verify(token).catch((error: unknown) => {
      if (error instanceof KeysUnavailable) return 'unavailable';
      return error instanceof RevokedToken ? 'revoked' : 'invalid';
    });

  return async (token, claimedUserIds) => {
    const proof = token === undefined ? undefined : await proofOf(token);
    if (proof === 'unavailable') {
      metrics.authRefusals.add('unavailable');
      return refuse(CloseCode.overloaded, encodeCloseAdvice(KEYS_ADVICE));
    }
    const proven = typeof proof === 'object' ? proof : undefined;
    const identity = proven ?? (auth === 'off' ? identityOfClaim(claimedUserIds[0]) : undefined);
    if (identity === undefined) {
      metrics.authRefusals.add(proof === 'revoked' ? 'revoked' : token === undefined ? 'missing' : 'invalid');
      return refuse(CloseCode.unauthorized, token === undefined ? 'a token is missing' : 'the token is not valid');
    }
    if (claimedUserIds.every((userId) => userId === identity.userId)) return { ok: true, identity };
    metrics.authRefusals.add('foreign');
    return refuse(CloseCode.forbidden, 'the user id in the address is not the token’s');
  };
}

function identityOfClaim(userId: string | undefined): Identity | undefined {
  return userId === undefined ? undefined : { userId, expiresAt: END_OF_TIME_MS };
}

function refuse(code: number, reason: string): Authentication {
  return { ok: false, code, reason };
}
