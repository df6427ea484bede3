import type { Limits } from '@/config/limits';
import type { Clock, Undo } from '@/ports/clock';
import type { Logger } from '@/ports/logger';
import type { Storage } from '@/storage/storage';

/** Enforces, again and again, how long events and answers are kept. A failed run is logged; the next one comes anyway. */
export function startMaintenance(
  storage: Pick<Storage, 'trim' | 'forgetAnswers' | 'forgetRecords' | 'forgetRevocations'>,
  limits: Limits,
  clock: Clock,
  log: Logger,
): Undo {
  let cancel: Undo = () => {};
  let isStopped = false;

  const run = async (): Promise<void> => {
    try {
      const trimmed = await storage.trim({
        maxEvents: limits.maxEventsPerChannel,
        maxAgeMs: limits.maxEventAgeMs,
        maxBytes: limits.maxEventBytesPerChannel,
      });
      await storage.forgetAnswers(limits.idempotencyMs);
      const { historyMs, publishedMs, quarantineMs } = limits;
      await storage.forgetRecords({ historyMs, publishedMs, quarantineMs });
      await storage.forgetRevocations(limits.revocationMs);
      if (trimmed > 0) log.debug({ trimmed }, 'old events forgotten');
    } catch (error) {
      log.error({ err: error }, 'maintenance failed');
    }
    if (!isStopped) plan();
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
