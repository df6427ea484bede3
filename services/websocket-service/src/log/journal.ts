import type { Clock, Undo } from '@/ports/clock';
import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import type { Logger } from '@/ports/logger';
import type { DatabaseTransaction } from '@/ports/schema';
import { storageProblemOf } from '@/ports/storage-problem';
import { createGroupQueue } from './group-queue';
import { groupSizeOf, runGroup, type Settlers, type Write } from './run-group';

/** A task of 16 KiB is written three times: as it stands, in its event, and in the answer that is kept. */
const PROBE_BYTES = 96 * 1024;

/** A running write: the database, and the log that commits with it. */
export interface JournalTransaction {
  readonly db: DatabaseTransaction;
  /** Wall time of this write, milliseconds since 1970. */
  readonly now: number;
  /**
   * Appends events that commit with the rest of the transaction. They wait for its end and go to the log in one piece, so
   * that the counters of their channels are locked last, and in one order ([LG28]).
   */
  append(batch: readonly NewEvent[]): void;
  /** Brings what waits to the log now: for work that goes on with what the log holds. */
  flush(): Promise<void>;
}

/** Part of a transaction. It may run more than once until it commits once, so it keeps its hands off everything else. */
export type JournalWork<T> = (tx: JournalTransaction) => Promise<T>;

/** The one door for writes. */
export interface Journal {
  /**
   * Runs `work` in a transaction. Writes that wait share one, each in a savepoint: one commit makes all of them durable,
   * and a rejection of `work` rolls back that work alone and is passed on ([LG16]). What it appended is announced after
   * the commit and before this resolves, in commit order ([LG2]). Where several transactions run at once, work that lost
   * against another one is tried again.
   *
   * @throws Problem 503 when the database can't write at the moment; why is logged ([LG14]).
   */
  write<T>(work: JournalWork<T>): Promise<T>;
  /** Appends events and nothing else; what waits goes to the database in one piece. See `EventLog.append`. */
  append(batch: readonly NewEvent[]): Promise<readonly AppendResult[]>;
  /** Hears every committed batch of this process, in commit order. */
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  /**
   * Does the database take writes? Until one has succeeded, and while they fail, every call tries one: so it finds out when
   * they work again, and who starts on a full disk says so ([LG45]).
   */
  canWrite(): Promise<boolean>;
  /** Resolves when no write is running or waiting. */
  idle(): Promise<void>;
}

/** What a journal takes from its surroundings. */
export interface JournalContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears how long each successful write took, from the wish until it was durable, seconds. */
  onWritten(seconds: number): void;
}

/** Makes the journal of a database: its only writer in this process. */
export function createJournal(database: LogDatabase, { clock, log, onWritten }: JournalContext): Journal {
  const listeners = new Set<(events: readonly LoggedEvent[]) => void>();
  let isProven = false;

  const announce = (events: readonly LoggedEvent[]): void => {
    isProven = true;
    if (events.length === 0) return;
    try {
      for (const listener of listeners) listener(events);
    } catch (error) {
      // The change is durable: whoever could not be told must not make its author believe that it failed.
      log.error(
        { err: error, channels: [...new Set(events.map((event) => event.channel))] },
        'a committed batch could not be announced',
      );
    }
  };

  const explain = (error: unknown): unknown => {
    const problem = storageProblemOf(error);
    if (problem === undefined) return error;
    isProven = false;
    log.error({ err: error }, 'the database can’t be written');
    return problem;
  };

  const queue = createGroupQueue<Write>({
    lanes: database.writers,
    sizeOf: (waiting) => groupSizeOf(waiting, database.maxGroup),
    run: (group) => runGroup(database, group, { now: clock.now, announce, explain }),
  });

  const settlers = <T>(resolve: (value: T) => void, reject: (error: unknown) => void): Settlers<T> => {
    const startMs = performance.now();
    return {
      resolve(value) {
        onWritten((performance.now() - startMs) / 1000);
        resolve(value);
      },
      reject,
    };
  };

  const write: Journal['write'] = <T>(work: JournalWork<T>) =>
    new Promise<T>((resolve, reject) => {
      const { resolve: settle, ...rest } = settlers(resolve, reject);
      queue.add({ kind: 'work', run: work, resolve: (value) => settle(value as T), ...rest });
    });

  return {
    write,
    append: (batch) =>
      new Promise((resolve, reject) => queue.add({ kind: 'append', batch, ...settlers(resolve, reject) })),
    async canWrite() {
      if (isProven) return true;
      return write(tryToWrite).then(
        () => true,
        () => false,
      );
    },
    onCommitted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    idle: queue.idle,
  };
}

/** Needs as much room as a large task. */
async function tryToWrite({ db, now }: JournalTransaction): Promise<void> {
  const value = `${now}`.padEnd(PROBE_BYTES);
  await db
    .insertInto('meta')
    .values({ key: 'probe', value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
