import type { Durations } from '@/ports/metrics';
import type { Journal } from './journal';

/** The same journal, whose successful writes are timed from the wish to the commit. */
export function timeAppends(journal: Journal, durations: Durations): Journal {
  return {
    ...journal,
    async write(work) {
      const startMs = performance.now();
      const result = await journal.write(work);
      durations.observe((performance.now() - startMs) / 1000);
      return result;
    },
  };
}
