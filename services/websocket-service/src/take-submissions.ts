import type { Clock, Undo } from '@/ports/clock';
import type { Logger } from '@/ports/logger';
import type { Storage } from '@/storage/storage';

/** Submissions that are applied together. */
const LIMIT = 100;

/**
 * Applies, again and again, what applications left in the shared database. A failed run is logged; what it did not take
 * away is there for the next one.
 */
export function startTakingSubmissions(
  storage: Pick<Storage, 'takeSubmissions'>,
  pollMs: number,
  clock: Clock,
  log: Logger,
): Undo {
  let cancel: Undo = () => {};
  let isStopped = false;
  let isFailing = false;

  const run = async (): Promise<void> => {
    try {
      while (!isStopped && (await storage.takeSubmissions(LIMIT)) === LIMIT);
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ err: error }, 'submissions can’t be applied at the moment');
      isFailing = true;
    }
    if (!isStopped) cancel = clock.after(pollMs, () => void run());
  };

  void run();
  return () => {
    isStopped = true;
    cancel();
  };
}
