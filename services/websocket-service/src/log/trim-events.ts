import type { Retention } from '@/ports/event-log';
import type { DatabaseTransaction } from '@/ports/schema';

/**
 * Deletes each channel's events beyond the retention and remembers up to where. Returns how many went.
 *
 * @param freeUpTo The last seq of a channel that may go.
 */
export async function trimEvents(
  tx: DatabaseTransaction,
  retention: Retention,
  now: number,
  freeUpTo: (channel: string) => number,
): Promise<number> {
  const floors = new Map<string, number>();
  const raise = (channel: string, floor: number): void => {
    floors.set(channel, Math.max(floor, floors.get(channel) ?? 0));
  };

  const long = await tx
    .selectFrom('channels')
    .select(['channel', 'head'])
    .whereRef('floor', '<', (ref) => ref('head', '-', retention.maxEvents))
    .execute();
  for (const { channel, head } of long) raise(channel, head - retention.maxEvents);

  const old = await tx
    .selectFrom('events')
    .select(['channel', (ref) => ref.fn.max('seq').as('seq')])
    .where('at', '<', now - retention.maxAgeMs)
    .groupBy('channel')
    .execute();
  for (const { channel, seq } of old) raise(channel, seq);

  let gone = 0;
  for (const [channel, floor] of floors) {
    gone += await trimChannel(tx, channel, Math.min(floor, freeUpTo(channel)));
  }
  return gone;
}

async function trimChannel(tx: DatabaseTransaction, channel: string, floor: number): Promise<number> {
  const last = await tx
    .selectFrom('events')
    .select('event_id')
    .where('channel', '=', channel)
    .where('seq', '=', floor)
    .executeTakeFirst();
  if (last === undefined) return 0;
  await tx
    .updateTable('channels')
    .set({ floor, floor_event_id: last.event_id })
    .where('channel', '=', channel)
    .execute();
  const { numDeletedRows } = await tx
    .deleteFrom('events')
    .where('channel', '=', channel)
    .where('seq', '<=', floor)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
