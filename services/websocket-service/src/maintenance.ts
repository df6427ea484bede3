import type { Limits } from '@/config/limits';
import type { Clock, Undo } from '@/ports/clock';
import type { Logger } from '@/ports/logger';
import type { Storage } from '@/storage/storage';
import { createLeapWatch } from './leap-watch';

/** Older than any event. */
const ANY_AGE_MS = Number.MAX_SAFE_INTEGER;

/**
 * Enforces, again and again, how much is kept and for how long. A failed run is logged; the next one comes anyway. While the
 * clock is in doubt nothing is forgotten for its age: what a wrong clock takes, no right one brings back ([LG54]).
 */
export function startMaintenance(
  storage: Pick<Storage, 'trim' | 'forgetAnswers' | 'forgetRecords' | 'forgetRevocations'>,
  limits: Limits,
  clock: Clock,
  log: Logger,
): Undo {
  let cancel: Undo = () => {};
  let isStopped = false;
  let wasInDoubt = false;
  const isInDoubt = createLeapWatch(clock, limits.maintenanceIntervalMs);

  const run = async (): Promise<void> => {
    const inDoubt = isInDoubt();
    if (inDoubt && !wasInDoubt) log.warn({}, 'the clock was set: for an hour nothing is forgotten for its age');
    wasInDoubt = inDoubt;
    try {
      const trimmed = await storage.trim({
        maxEvents: limits.maxEventsPerChannel,
        maxAgeMs: inDoubt ? ANY_AGE_MS : limits.maxEventAgeMs,
        maxBytes: limits.maxEventBytesPerChannel,
      });
      if (!inDoubt) await forgetOld();
      if (trimmed > 0) log.debug({ trimmed }, 'old events forgotten');
    } catch (error) {
      log.error({ err: error }, 'maintenance failed');
    }
    if (!isStopped) plan();
  };
  const forgetOld = async (): Promise<void> => {
    await storage.forgetAnswers(limits.idempotencyMs);
    const { historyMs, publishedMs, quarantineMs } = limits;
    await storage.forgetRecords({ historyMs, publishedMs, quarantineMs });
    await storage.forgetRevocations(limits.revocationMs);
  };
  const plan = (): void => {
    cancel = clock.after(limits.maintenanceIntervalMs, () => void run());
  };

  plan();
  return () => {
    isStopped = true;
    cancel();
  };
}
