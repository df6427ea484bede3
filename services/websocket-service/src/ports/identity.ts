/** Who a verified token speaks for. */
export interface Identity {
  readonly userId: string;
  /** For people; from the token's `name`. */
  readonly name?: string;
  /** When the token ends, milliseconds since 1970. */
  readonly expiresAt: number;
  /** Names the token, where it has a name. */
  readonly jti?: string;
  /** When the token was made, milliseconds since 1970, where it says so. */
  readonly issuedAt?: number;
}

/**
 * Reads a token. Rejects with {@link InvalidToken} for whatever is wrong with it, with {@link KeysUnavailable} when that
 * can't be said at the moment.
 */
export type VerifyToken = (token: string) => Promise<Identity>;

/** The token proves nothing: malformed, forged, expired, or without a user. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** The token was good, and was revoked. */
export class RevokedToken extends InvalidToken {
  constructor() {
    super('the token was revoked');
  }
}

/** The keys that tokens are verified with can't be had at the moment: the same token may be good later. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The latest instant that is written with four digits of a year, milliseconds since 1970; later ends are cut to it. */
export const END_OF_TIME_MS = Date.UTC(10_000, 0) - 1;

/** An answer to credentials: who it is, or the close code and reason of the refusal. */
export type Authentication =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly code: number; readonly reason: string };

/** Verifies a socket's token; every user id that its address claims must be the token's. Never rejects. */
export type Authenticate = (token: string | undefined, claimedUserIds: readonly string[]) => Promise<Authentication>;
