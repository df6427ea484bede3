import { timingSafeEqual } from 'node:crypto';
import { bearerTokenOf } from './bearer-token';

/** Does an `Authorization` header carry a service key? */
export type CheckServiceKey = (header: string | undefined) => boolean;

/**
 * Makes the check of the keys that backends prove themselves with; any one of them is good, and none fits where there are
 * none. How long it takes says nothing about the keys: pieces of one length are compared, each with every key ([AU40]).
 */
export function createServiceKeyCheck(keys: readonly string[]): CheckServiceKey {
  const isOneOf = createSecretCheck(keys);
  return (header) => isOneOf(bearerTokenOf(header) ?? '');
}

/** Makes the check of the `dapr-api-token` header that a sidecar sends; without a token every caller is the sidecar. */
export function createSidecarCheck(token: string | undefined): (header: string | undefined) => boolean {
  if (token === undefined) return () => true;
  const isToken = createSecretCheck([token]);
  return (header) => isToken(header ?? '');
}

function createSecretCheck(secrets: readonly string[]): (given: string) => boolean {
  // All lie in pieces of one length with zeros behind them: what is longer than any of them fills the last ones.
  const bytes = (Math.max(0, ...secrets.map(({ length }) => length)) + 1) * BYTES_PER_UNIT;
  const known = secrets.map((secret) => fill(Buffer.alloc(bytes), secret));
  // One for all questions: each is answered before the next one comes.
  const piece = Buffer.alloc(bytes);
  return (given) => {
    fill(piece, given);
    let isKnown = false;
    for (const secret of known) if (timingSafeEqual(secret, piece)) isKnown = true;
    return isKnown;
  };
}

const BYTES_PER_UNIT = 2;

/** Puts the UTF-16 units of a text there, and zeros: no two texts without U+0000 that fit are alike, and what is longer is cut. */
function fill(piece: Buffer, text: string): Buffer {
  piece.fill(0);
  piece.write(text, 'utf16le');
  return piece;
}
