import type { AppendResult, NewEvent } from './event-log';
import type { Hints } from './hints';
import type { Database, DatabaseTransaction } from './schema';

/** A database that keeps the log and everything that commits with it: what the storage needs to know of its kind. */
export interface LogDatabase {
  readonly db: Database;
  /** Made with the database and kept with it. */
  readonly epoch: string;
  /** Runs what writes: commits what `work` did when it resolves, and nothing of it when it rejects. */
  transaction<T>(work: (tx: DatabaseTransaction) => Promise<T>): Promise<T>;
  /**
   * Runs one of the writes that share a transaction with a handle of its own: a statement that it did not wait for is refused
   * instead of getting into the next one's savepoint ([LG47]). Only where `maxGroup` is more than 1.
   */
  part?<T>(tx: DatabaseTransaction, work: (own: DatabaseTransaction) => Promise<T>): Promise<T>;
  /** Appends inside a transaction, with the channels' counters ([LG1]); one result per event, in order. */
  append(tx: DatabaseTransaction, batch: readonly NewEvent[], at: number): Promise<readonly AppendResult[]>;
  /** How many transactions may write at once. */
  readonly writers: number;
  /** How many writes may share one transaction; each stands in a savepoint of its own then. */
  readonly maxGroup: number;
  /** Did a transaction only lose against another one? It is tried again then. */
  isCollision(error: unknown): boolean;
  /** Removes what trimming gave up, where the database does not keep it for a while. */
  forget(tx: DatabaseTransaction, channel: string, floor: number): Promise<void>;
  /** Tidies up after a trim, in transactions of its own. */
  tidy?(now: number, maxAgeMs: number): Promise<void>;
  /** Where several processes write: how they wake each other. */
  readonly hints?: Hints;
  /** Gives the database back. */
  close(): Promise<void>;
}
