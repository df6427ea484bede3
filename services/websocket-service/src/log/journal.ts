import type { Channel } from '@/lib/protocol';
import type { Clock, Undo } from '@/ports/clock';
import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { Logger } from '@/ports/logger';
import type { Database, DatabaseTransaction } from '@/ports/schema';
import { appendEvents, appendedOf } from './append-events';

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
   */
  write<T>(work: (tx: JournalTransaction) => Promise<T>): Promise<T>;
  /** See `EventLog.onCommitted`. */
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  /** See `EventLog.onHint`. */
  onHint(listener: (channels: readonly Channel[]) => void): Undo;
  /** Resolves when no write is running or waiting. */
  idle(): Promise<void>;
}

/** Makes the journal of a database. Group commit belongs here: this queue is the only writer. */
export function createJournal(db: Database, clock: Clock, log: Logger): Journal {
  const committed = new Set<(events: readonly LoggedEvent[]) => void>();
  const hints = new Set<(channels: readonly Channel[]) => void>();
  let tail: Promise<unknown> = Promise.resolve();

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
    announce(appended);
    return result;
  };

  return {
    write(work) {
      const turn = tail.then(() => run(work));
      tail = turn.catch(() => undefined);
      return turn;
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
