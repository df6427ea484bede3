import type { Clock, Undo } from '@/ports/clock';
import type { Logger } from '@/ports/logger';
import type { RevocationStore } from './revocation-store';
import type { Revocations } from './revocations';

/** How far the clocks of replicas may differ, milliseconds: so far back each look reaches. */
const MAX_SKEW_MS = 5 * 60_000;

/** What following works with. */
export interface FollowRevocationsContext {
  readonly store: Pick<RevocationStore, 'revocationsSince'>;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often to look, milliseconds; 0 where nobody else revokes. */
  readonly pollMs: number;
}

/**
 * Takes in everything that was revoked before, then again and again what other replicas revoke ([AU45]). Rejects when the
 * first look fails: without it nobody may be let in.
 */
export async function followRevocations(context: FollowRevocationsContext): Promise<Undo> {
  const { store, revocations, clock, log, pollMs } = context;
  let since = 0;
  let isFailing = false;
  let isStopped = false;
  let cancel: Undo = () => {};

  const look = async (): Promise<void> => {
    const now = clock.now();
    for (const revocation of await store.revocationsSince(since)) revocations.add(revocation);
    since = now - MAX_SKEW_MS;
  };
  const poll = async (): Promise<void> => {
    try {
      await look();
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ err: error }, 'revocations can’t be read at the moment');
      isFailing = true;
    }
    plan();
  };
  const plan = (): void => {
    if (!isStopped && pollMs > 0) cancel = clock.after(pollMs, () => void poll());
  };

  await look();
  plan();
  return () => {
    isStopped = true;
    cancel();
  };
}
