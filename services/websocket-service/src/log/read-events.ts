import type { Channel } from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';
import type { Database, EventRow } from '@/ports/schema';
import type { HeldEvents } from './held-events';

/** Reads on in a channel. What was trimmed and is still there is shown to nobody but those for whom it is held ([LG15]). */
export async function readEvents(
  db: Database,
  channel: Channel,
  after: number,
  limit: number,
  held: Pick<HeldEvents, 'freeUpTo'>,
): Promise<readonly LoggedEvent[]> {
  let query = db
    .selectFrom('events')
    .selectAll()
    .where('channel', '=', channel)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit);
  if (held.freeUpTo(channel) > after) {
    query = query.where('seq', '>', (from) =>
      from.selectFrom('channels').select('floor').where('channel', '=', channel),
    );
  }
  return (await query.execute()).map((row) => loggedEventOf(channel, row));
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
