import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerTokenOf } from './bearer-token';

/** Does an `Authorization` header carry a service key? */
export type CheckServiceKey = (header: string | undefined) => boolean;

/**
 * Makes the check of the keys that backends prove themselves with; any one of them is good, and none fits where there are
 * none. How long it takes says nothing about the keys: digests of one length are compared, each with every key ([AU40]).
 */
export function createServiceKeyCheck(keys: readonly string[]): CheckServiceKey {
  const known = keys.map(digestOf);
  return (header) => {
    const given = digestOf(bearerTokenOf(header) ?? '');
    return known.map((digest) => timingSafeEqual(digest, given)).includes(true);
  };
}

/** Makes the check of the `dapr-api-token` header that a sidecar sends; without a token every caller is the sidecar. */
export function createSidecarCheck(token: string | undefined): (header: string | undefined) => boolean {
  if (token === undefined) return () => true;
  const known = digestOf(token);
  return (header) => timingSafeEqual(known, digestOf(header ?? ''));
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
