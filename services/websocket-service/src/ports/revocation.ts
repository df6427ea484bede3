/** The end of tokens before their time. */
export interface Revocation {
  /** All tokens of a user, or the one with this `jti`. */
  readonly kind: 'user' | 'jti';
  readonly value: string;
  /** When, milliseconds since 1970. */
  readonly at: number;
}
