import { sql } from 'kysely';
import type { Retention } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction } from '@/ports/schema';
import type { HeldEvents } from './held-events';
import type { JournalTransaction } from './journal';

/** Gives up each channel's events beyond the retention and remembers up to where. Returns how many went. */
export async function trimEvents(
  { db, now }: JournalTransaction,
  database: LogDatabase,
  retention: Retention,
  held: Pick<HeldEvents, 'freeUpTo'>,
): Promise<number> {
  const floors = new Map<string, number>();
  const found = [
    ...(await beyondCount(db, retention.maxEvents)),
    ...(await beyondAge(db, now - retention.maxAgeMs)),
    ...(await beyondBytes(db, retention.maxBytes)),
  ];
  for (const { channel, seq } of found) floors.set(channel, Math.max(seq, floors.get(channel) ?? 0));

  let gone = 0;
  // In the order in which appends lock the counters.
  for (const [channel, floor] of [...floors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    gone += await raiseFloor(db, database, channel, Math.min(floor, held.freeUpTo(channel)));
  }
  return gone;
}

interface Floor {
  readonly channel: string;
  readonly seq: number;
}

async function beyondCount(tx: DatabaseTransaction, maxEvents: number): Promise<readonly Floor[]> {
  const long = await tx
    .selectFrom('channels')
    .select(['channel', 'head'])
    .whereRef('floor', '<', (ref) => ref('head', '-', maxEvents))
    .execute();
  return long.map(({ channel, head }) => ({ channel, seq: head - maxEvents }));
}

async function beyondAge(tx: DatabaseTransaction, before: number): Promise<readonly Floor[]> {
  return tx
    .selectFrom('events')
    .innerJoin('channels', 'channels.channel', 'events.channel')
    .select(['events.channel', (ref) => ref.fn.max('events.seq').as('seq')])
    .where('events.at', '<', before)
    .whereRef('events.seq', '>', 'channels.floor')
    .groupBy('events.channel')
    .execute();
}

async function beyondBytes(tx: DatabaseTransaction, maxBytes: number): Promise<readonly Floor[]> {
  const large = await tx
    .selectFrom('channels')
    .select(['channel', 'bytes'])
    .where(sql<boolean>`bytes - floor_bytes > ${maxBytes}`)
    .execute();
  const floors: Floor[] = [];
  for (const { channel, bytes } of large) {
    // The running total of the last event that goes leaves at most `maxBytes` to the head.
    const last = await tx
      .selectFrom('events')
      .select(['channel', 'seq'])
      .where('channel', '=', channel)
      .where('bytes', '>=', bytes - maxBytes)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst();
    if (last !== undefined) floors.push(last);
  }
  return floors;
}

async function raiseFloor(
  tx: DatabaseTransaction,
  database: LogDatabase,
  channel: string,
  seq: number,
): Promise<number> {
  const { floor } = await tx
    .selectFrom('channels')
    .select('floor')
    .where('channel', '=', channel)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (seq <= floor) return 0;
  const last = await tx
    .selectFrom('events')
    .select(['event_id', 'bytes'])
    .where('channel', '=', channel)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('channels')
    .set({ floor: seq, floor_event_id: last.event_id, floor_bytes: last.bytes })
    .where('channel', '=', channel)
    .execute();
  await database.forget(tx, channel, seq);
  return seq - floor;
}
