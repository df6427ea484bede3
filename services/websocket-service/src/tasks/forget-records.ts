import type { JournalTransaction } from '@/log/journal';
import { forgetHistory } from './task-history';

/** How long records are kept, milliseconds. */
export interface RecordAges {
  /** Lines of tasks' histories. */
  readonly historyMs: number;
  /** Ids of published events. */
  readonly publishedMs: number;
  /** Published events that could not take effect. */
  readonly quarantineMs: number;
}

/** Forgets what is older than that ([SV72]). */
export async function forgetRecords({ db, now }: JournalTransaction, ages: RecordAges): Promise<void> {
  await forgetHistory(db, now - ages.historyMs);
  await db
    .deleteFrom('published')
    .where('at', '<', now - ages.publishedMs)
    .execute();
  await db
    .deleteFrom('quarantine')
    .where('at', '<', now - ages.quarantineMs)
    .execute();
}
