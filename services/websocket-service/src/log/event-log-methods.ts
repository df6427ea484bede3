import type { Channel, Position } from '@/lib/protocol';
import type { AppendResult, LoggedEvent, NewEvent, Retention } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import { channelHeads } from './channel-heads';
import type { HeldEvents } from './held-events';
import type { Journal } from './journal';
import { readEvents } from './read-events';
import { trimEvents } from './trim-events';

/** `EventLog` in calls with plain data, whose caller may sit in another thread. */
export interface EventLogMethods {
  append(batch: readonly NewEvent[]): Promise<readonly AppendResult[]>;
  read(channel: Channel, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  heads(channels: readonly Channel[]): Promise<ReadonlyMap<Channel, Position>>;
  trim(retention: Retention): Promise<number>;
  /** `EventLog.hold`; `id` is the caller's own name for this hold. */
  hold(id: string, channel: Channel, after: number): Promise<void>;
  /** Undoes a hold; one that does not exist is none of its business. */
  letGo(id: string): Promise<void>;
}

/** The event log in SQL tables; the same statements serve every database. */
export function createEventLogMethods(database: LogDatabase, journal: Journal, held: HeldEvents): EventLogMethods {
  const { db, epoch } = database;
  return {
    append: journal.append,
    read: (channel, after, limit) => readEvents(db, channel, after, limit, held),
    heads: (channels) => channelHeads(db, epoch, channels),
    async trim(retention) {
      const { gone, now } = await journal.write(async (tx) => ({
        gone: await trimEvents(tx, database, retention, held),
        now: tx.now,
      }));
      await database.tidy?.(now, retention.maxAgeMs);
      return gone;
    },
    hold: async (id, channel, after) => held.hold(id, channel, after),
    letGo: async (id) => held.letGo(id),
  };
}
