import { createHmac } from 'node:crypto';

/** The secret of tests that sign their own tokens. */
export const TEST_SECRET = 'a secret of tests that is long enough';

/** The key of backends in tests. */
export const TEST_SERVICE_KEY = 'a-service-key-of-tests-that-is-long-enough';

/** Signs claims by hand, so that a test can make what no library would. */
export function signToken(claims: object, { secret = TEST_SECRET, alg = 'HS256' } = {}): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  if (alg === 'none') return `${text}.`;
  return `${text}.${createHmac(alg === 'HS512' ? 'sha512' : 'sha256', secret)
    .update(text)
    .digest('base64url')}`;
}

/** Seconds since 1970, `fromNowS` from now. */
export function secondsFromNow(fromNowS: number): number {
  return Math.floor(Date.now() / 1000) + fromNowS;
}
