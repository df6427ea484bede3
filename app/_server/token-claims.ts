import { isRecord } from '@/lib/protocol';
import type { AuthUser } from '@/stores/auth-store';

/** What a token says of itself. */
export interface TokenClaims {
  readonly user: AuthUser;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Reads what a token claims; `null` for what is none or has no end. Proves nothing: the signature is the service's to check,
 * and it is asked before anything of a person is shown or handed out.
 */
export function readClaims(token: string): TokenClaims | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  const claims = parse(parts[1] ?? '');
  if (!isRecord(claims)) return null;
  const { sub, userId, name, exp } = claims;
  const id = sub ?? userId;
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return null;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return null;
  return {
    user: { id: String(id), name: typeof name === 'string' && name !== '' ? name : String(id) },
    expiresAt: exp * 1000,
  };
}

function parse(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
