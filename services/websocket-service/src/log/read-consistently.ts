import type { Database, DatabaseTransaction } from '@/ports/schema';

/** Several reads of one moment: what one of them sees, all of them see. */
export function readConsistently<T>(db: Database, work: (tx: DatabaseTransaction) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').execute(work);
}
