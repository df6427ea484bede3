import type { Channel } from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';
import type { Database, EventRow } from '@/ports/schema';
import type { HeldEvents } from './held-events';

/** What one read brings of bodies beside its first event, bytes: so that many readers may wait with what they have read. */
const MAX_READ_BYTES = 512 * 1024;

/**
 * Reads on in a channel: at most `limit` events, and no more than fit into 512 KiB ([LG35]). What was trimmed and is still
 * there is shown to nobody but those for whom it is held ([LG15]).
 */
export async function readEvents(
  db: Database,
  channel: Channel,
  after: number,
  limit: number,
  held: Pick<HeldEvents, 'freeUpTo'>,
): Promise<readonly LoggedEvent[]> {
  let query = db.selectFrom('events').where('channel', '=', channel).where('seq', '>', after).orderBy('seq');
  if (held.freeUpTo(channel) > after) {
    query = query.where('seq', '>', (from) =>
      from.selectFrom('channels').select('floor').where('channel', '=', channel),
    );
  }
  // A row's bytes are a running total.
  const first = query.select('bytes').limit(1);
  const rows = await query
    .selectAll()
    .where('bytes', '<=', ({ eb }) => eb(first, '+', MAX_READ_BYTES))
    .limit(limit)
    .execute();
  return rows.map((row) => loggedEventOf(channel, row));
}

function loggedEventOf(channel: Channel, row: EventRow): LoggedEvent {
  return {
    channel,
    seq: row.seq,
    eventId: row.event_id,
    type: row.type === 'access_removed' || row.type === 'skip' ? row.type : 'task_update',
    body: row.body,
    ...(row.task_id !== null && { taskId: row.task_id }),
    ...(row.version !== null && { version: row.version }),
  };
}
