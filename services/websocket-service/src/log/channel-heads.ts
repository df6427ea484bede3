import type { Channel, Position } from '@/lib/protocol';
import type { ChannelRow, Database, DatabaseTransaction } from '@/ports/schema';

/** The counter row of a channel, or `undefined` when nobody has written to it. */
export async function channelRow(
  db: Database | DatabaseTransaction,
  channel: Channel,
): Promise<ChannelRow | undefined> {
  return db.selectFrom('channels').selectAll().where('channel', '=', channel).executeTakeFirst();
}

/** Where a channel stands. */
export function headOf(epoch: string, row: ChannelRow | undefined): Position {
  return row === undefined || row.head === 0 ? { epoch, seq: 0 } : { epoch, seq: row.head, eventId: row.head_event_id };
}

/** Where each channel stands, read together. */
export async function channelHeads(
  db: Database | DatabaseTransaction,
  epoch: string,
  channels: readonly Channel[],
): Promise<ReadonlyMap<Channel, Position>> {
  if (channels.length === 0) return new Map();
  const rows = await db.selectFrom('channels').selectAll().where('channel', 'in', channels).execute();
  const rowOf = new Map(rows.map((row) => [row.channel, row]));
  return new Map(channels.map((channel) => [channel, headOf(epoch, rowOf.get(channel))]));
}
