import { CloseCode } from '@/lib/protocol';
import {
  type Authenticate,
  type Authentication,
  END_OF_TIME_MS,
  type Identity,
  type VerifyToken,
} from '@/ports/identity';
import type { Metrics } from '@/ports/metrics';

/**
 * Makes what decides about a socket's credentials: 4401 for a token that proves nothing, 4403 for an address that names
 * somebody else. With `auth: 'off'` (development only) an address is believed where no valid token says otherwise.
 */
export function createAuthenticator(verify: VerifyToken, auth: 'on' | 'off', metrics: Metrics): Authenticate {
  return async (token, claimedUserIds) => {
    const proven = token === undefined ? undefined : await verify(token).catch(() => undefined);
    const identity = proven ?? (auth === 'off' ? identityOfClaim(claimedUserIds[0]) : undefined);
    if (identity === undefined) {
      metrics.authRefusals.add(token === undefined ? 'missing' : 'invalid');
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
