import { CloseCode } from '@/lib/protocol';
import { type Authenticate, type Authentication, END_OF_TIME_MS, type VerifyToken } from '@/ports/identity';

/**
 * Makes what decides about a socket's credentials: 4401 for a token that proves nothing, 4403 for a path that names
 * somebody else. With `auth: 'off'` (development only) a path's user id is believed where no token says otherwise.
 */
export function createAuthenticator(verify: VerifyToken, auth: 'on' | 'off'): Authenticate {
  return async (token, pathUserId) => {
    if (auth === 'off' && pathUserId !== undefined) return believe(pathUserId);
    if (token === undefined) return refuse(CloseCode.unauthorized, 'a token is missing');
    try {
      const identity = await verify(token);
      return pathUserId === undefined || pathUserId === identity.userId
        ? { ok: true, identity }
        : refuse(CloseCode.forbidden, 'the user id in the path is not the token’s');
    } catch {
      return refuse(CloseCode.unauthorized, 'the token is not valid');
    }
  };
}

function believe(userId: string): Authentication {
  return { ok: true, identity: { userId, expiresAt: END_OF_TIME_MS } };
}

function refuse(code: number, reason: string): Authentication {
  return { ok: false, code, reason };
}
