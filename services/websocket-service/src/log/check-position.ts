import type { Channel, Position } from '@/lib/protocol';
import type { ChannelRow, DatabaseTransaction } from '@/ports/schema';

/**
 * May a reader go on from `position`? Only when it is of this epoch, not ahead of the head, names the event that really
 * stands at its seq, and the log still holds everything after it ([LG5]).
 */
export async function isRecoverable(
  tx: DatabaseTransaction,
  epoch: string,
  channel: Channel,
  row: ChannelRow | undefined,
  position: Position,
): Promise<boolean> {
  const { head, floor } = row ?? { head: 0, floor: 0 };
  if (position.epoch !== epoch || position.seq > head || position.seq < floor) return false;
  if (position.eventId === undefined) return true;
  return position.eventId === (await eventIdAt(tx, channel, row, position.seq));
}

async function eventIdAt(
  tx: DatabaseTransaction,
  channel: Channel,
  row: ChannelRow | undefined,
  seq: number,
): Promise<string | null | undefined> {
  if (row === undefined || seq === 0) return undefined;
  if (seq === row.head) return row.head_event_id;
  if (seq === row.floor) return row.floor_event_id;
  const event = await tx
    .selectFrom('events')
    .select('event_id')
    .where('channel', '=', channel)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return event?.event_id;
}
