import type { Channel } from '@/lib/protocol';
import type { Clock, Undo } from '@/ports/clock';
import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { Logger } from '@/ports/logger';
import type { Database, DatabaseTransaction } from '@/ports/schema';
import { storageProblemOf } from '@/ports/storage-problem';
import { appendEvents, appendedOf } from './append-events';

const PROBE_BYTES = 32 * 1024;

/** A running write: the database, and the log that commits with it. */
export interface JournalTransaction {
  readonly db: DatabaseTransaction;
  /** Wall time of this write, milliseconds since 1970. */
  readonly now: number;
  /** Appends events that commit with the rest of the transaction. */
  append(batch: readonly NewEvent[]): Promise<readonly AppendResult[]>;
}

/** The one door for writes. */
export interface Journal {
  /**
   * Runs `work` in one transaction, alone. What it appended is announced after the commit and before this resolves, in
   * commit order ([LG2]). A rejection of `work` rolls everything back and is passed on.
   *
   * @throws Problem 503 when the database can't write at the moment; why is logged ([LG14]).
   */
  write<T>(work: (tx: JournalTransaction) => Promise<T>): Promise<T>;
  /** See `EventLog.onCommitted`. */
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  /** See `EventLog.onHint`. */
  onHint(listener: (channels: readonly Channel[]) => void): Undo;
  /** Does the database take writes? While they fail, every call tries one, so that it finds out when they work again. */
  canWrite(): Promise<boolean>;
  /** Resolves when no write is running or waiting. */
  idle(): Promise<void>;
}

/** Makes the journal of a database. Group commit belongs here: this queue is the only writer. */
export function createJournal(db: Database, clock: Clock, log: Logger): Journal {
  const committed = new Set<(events: readonly LoggedEvent[]) => void>();
  const hints = new Set<(channels: readonly Channel[]) => void>();
  let tail: Promise<unknown> = Promise.resolve();
  let isFailing = false;

  const announce = (events: readonly LoggedEvent[]): void => {
    if (events.length === 0) return;
    const channels = [...new Set(events.map((event) => event.channel))];
    try {
      for (const listener of committed) listener(events);
      for (const listener of hints) listener(channels);
    } catch (error) {
      // The change is durable: whoever could not be told must not make its author believe that it failed.
      log.error({ err: error, channels }, 'a committed batch could not be announced');
    }
  };

  const run = async <T>(work: (tx: JournalTransaction) => Promise<T>): Promise<T> => {
    const appended: LoggedEvent[] = [];
    const result = await db.transaction().execute((transaction) => {
      const now = clock.now();
      return work({
        db: transaction,
        now,
        append: async (batch) => {
          const results = await appendEvents(transaction, batch, now);
          appended.push(...appendedOf(results));
          return results;
        },
      });
    });
    isFailing = false;
    announce(appended);
    return result;
  };

  const translate = (error: unknown): never => {
    const problem = storageProblemOf(error);
    if (problem === undefined) throw error;
    isFailing = true;
    log.error({ err: error }, 'the database can’t be written');
    throw problem;
  };

  const write: Journal['write'] = (work) => {
    const turn = tail.then(() => run(work).catch(translate));
    tail = turn.catch(() => undefined);
    return turn;
  };

  return {
    write,
    async canWrite() {
      if (!isFailing) return true;
      return write(tryToWrite).then(
        () => true,
        () => false,
      );
    },
    onCommitted(listener) {
      committed.add(listener);
      return () => committed.delete(listener);
    },
    onHint(listener) {
      hints.add(listener);
      return () => hints.delete(listener);
    },
    idle: async () => {
      await tail;
    },
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
