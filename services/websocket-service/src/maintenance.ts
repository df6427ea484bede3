import type { Limits } from '@/config/limits';
import type { Journal } from '@/log/journal';
import type { Clock, Undo } from '@/ports/clock';
import type { EventLog } from '@/ports/event-log';
import type { Logger } from '@/ports/logger';
import { forgetAnswers } from '@/tasks/first-answers';

/** Enforces, again and again, how long events and answers are kept. A failed run is logged; the next one comes anyway. */
export function startMaintenance(
  eventLog: EventLog,
  journal: Journal,
  limits: Limits,
  clock: Clock,
  log: Logger,
): Undo {
  let cancel: Undo = () => {};
  let isStopped = false;

  const run = async (): Promise<void> => {
    try {
      const trimmed = await eventLog.trim({ maxEvents: limits.maxEventsPerChannel, maxAgeMs: limits.maxEventAgeMs });
      await journal.write((tx) => forgetAnswers(tx.db, tx.now - limits.idempotencyMs));
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
