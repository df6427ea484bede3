import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { hasNul } from '@/ports/has-nul';
import { END_OF_TIME_MS, type Identity, InvalidToken, KeysUnavailable, type VerifyToken } from '@/ports/identity';

/** The algorithm of tokens that are signed with a shared secret. */
export const TOKEN_ALGORITHM = 'HS256';

/** The algorithms of tokens that are signed with a private key. */
const KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

const MAX_USER_ID_CHARS = 256;

/** What tokens are verified with. */
export interface TokenKeys {
  /** Shared secrets: the newest first, then those that were in use before. */
  readonly secrets: readonly string[];
  /** Finds the public key of a token. Absent: only secrets count. */
  readonly publicKeys?: JWTVerifyGetKey;
}

/** What tokens have to say besides. */
export interface TokenClaims {
  readonly issuer?: string;
  readonly audience?: string;
}

/**
 * Verifies tokens. The user is `sub`, else `userId`; `exp` is required ([AU10], [AU11], [AU12]). Secrets verify HS256 and
 * nothing else, public keys never HS256: a token names its algorithm, but does not choose what its key is for ([AU42]).
 */
export function createTokenVerifier({ secrets, publicKeys }: TokenKeys, claims: TokenClaims = {}): VerifyToken {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret));
  const options: JWTVerifyOptions = {
    requiredClaims: ['exp'],
    ...(claims.issuer !== undefined && { issuer: claims.issuer }),
    ...(claims.audience !== undefined && { audience: claims.audience }),
  };

  const bySecret = async (token: string): Promise<JWTPayload> => {
    let reason: unknown = new InvalidToken('no secret is configured');
    for (const key of keys) {
      try {
        return (await jwtVerify(token, key, { ...options, algorithms: [TOKEN_ALGORITHM] })).payload;
      } catch (error) {
        reason = error;
        // Another secret changes nothing about a token whose signature is good.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    throw reason;
  };

  const byPublicKey = async (token: string): Promise<JWTPayload> => {
    if (publicKeys === undefined) throw new InvalidToken('the algorithm is not accepted');
    return (await jwtVerify(token, publicKeys, { ...options, algorithms: KEY_ALGORITHMS })).payload;
  };

  return async (token) => {
    try {
      const isShared = decodeProtectedHeader(token).alg === TOKEN_ALGORITHM;
      return identityOf(await (isShared ? bySecret(token) : byPublicKey(token)));
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      throw new InvalidToken(error instanceof Error ? error.message : 'the token is not valid');
    }
  };
}

function identityOf({ sub, userId, name, jti, iat, exp = 0 }: JWTPayload): Identity {
  const id: unknown = sub ?? userId;
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text !== 'string' || text === '' || text.length > MAX_USER_ID_CHARS || hasNul(text)) {
    throw new InvalidToken('the token names no user');
  }
  return {
    userId: text,
    expiresAt: Math.min(exp * 1000, END_OF_TIME_MS),
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(jti !== undefined && { jti }),
    ...(iat !== undefined && { issuedAt: iat * 1000 }),
  };
}
