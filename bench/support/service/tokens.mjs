// @ts-check
import { createHmac } from 'node:crypto';

/** The secret of every server in these benchmarks. */
export const SECRET = 'a secret of a benchmark, long enough for HS256';

const LIFE_S = 6 * 3_600;

/**
 * A token as the service takes it: HS256, the user as `sub`.
 * @param {string} userId @param {Readonly<Record<string, unknown>>} [claims] Further ones.
 */
export function tokenOf(userId, claims = {}) {
  const now = Math.floor(Date.now() / 1_000);
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode({ sub: userId, iat: now, exp: now + LIFE_S, ...claims });
  const signature = createHmac('sha256', SECRET).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

/** @param {unknown} value */
function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
