import { type JWTPayload, jwtVerify } from 'jose';
import { END_OF_TIME_MS, type Identity, InvalidToken, type VerifyToken } from '@/ports/identity';

/** The one algorithm that is accepted; a token never chooses its own. */
export const TOKEN_ALGORITHM = 'HS256';

const MAX_USER_ID_CHARS = 256;

/** Verifies HS256 tokens. The user is `sub`, else `userId`; `exp` is required ([AU10], [AU11], [AU12]). */
export function createTokenVerifier(secret: string): VerifyToken {
  const key = new TextEncoder().encode(secret);
  return async (token) => {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, key, { algorithms: [TOKEN_ALGORITHM], requiredClaims: ['exp'] }));
    } catch (error) {
      throw new InvalidToken(error instanceof Error ? error.message : 'the token is not valid');
    }
    return identityOf(payload);
  };
}

function identityOf({ sub, userId, name, exp = 0 }: JWTPayload): Identity {
  const id: unknown = sub ?? userId;
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text !== 'string' || text === '' || text.length > MAX_USER_ID_CHARS) {
    throw new InvalidToken('the token names no user');
  }
  return {
    userId: text,
    expiresAt: Math.min(exp * 1000, END_OF_TIME_MS),
    ...(typeof name === 'string' && name !== '' && { name }),
  };
}
