import { Problem } from '@/ports/problem';
import type { TooMany } from '@/ports/traffic';

/**
 * Refuses a request that is one too many.
 *
 * @throws Problem 429 with `Retry-After` ([LM13]).
 */
export function refuseTooMany(tooMany: TooMany | undefined): void {
  if (tooMany === undefined) return;
  const seconds = Math.ceil(tooMany.retryAfterMs / 1000);
  throw new Problem(
    429,
    `Too many requests: send this one again after ${seconds} s.`,
    {},
    { 'retry-after': `${seconds}` },
  );
}
