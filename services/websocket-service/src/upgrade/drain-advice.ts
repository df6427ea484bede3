import type { CloseAdvice } from '@/lib/protocol';

const RETRY_AFTER_MS = 1_000;
const MIN_SPREAD_MS = 1_000;
const MAX_SPREAD_MS = 30_000;
const RETURNS_PER_SECOND = 500;

/** When the peers of a closing service should come back: after a second, then spread so that 500 come a second. */
export function drainAdvice(peers: number): CloseAdvice {
  const spreadMs = Math.ceil((peers / RETURNS_PER_SECOND) * 1000);
  return { retryAfterMs: RETRY_AFTER_MS, spreadMs: Math.min(Math.max(spreadMs, MIN_SPREAD_MS), MAX_SPREAD_MS) };
}
