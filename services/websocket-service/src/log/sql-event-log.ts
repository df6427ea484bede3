import type { Channel } from '@/lib/protocol';
import type { EventLog, LoggedEvent } from '@/ports/event-log';
import type { Database, EventRow } from '@/ports/schema';
import { channelHeads } from './channel-heads';
import { createHeldEvents } from './held-events';
import type { Journal } from './journal';
import { trimEvents } from './trim-events';

/** The event log in SQL tables; the same statements serve every database. */
export function createSqlEventLog(db: Database, journal: Journal, epoch: string): EventLog {
  const held = createHeldEvents();
  return {
    epoch,
    append: (batch) => journal.write((tx) => tx.append(batch)),
    read: (channel, after, limit) => readEvents(db, channel, after, limit),
    heads: (channels) => channelHeads(db, epoch, channels),
    hold: held.hold,
    trim: (retention) => journal.write((tx) => trimEvents(tx.db, retention, tx.now, held.freeUpTo)),
    onCommitted: journal.onCommitted,
    onHint: journal.onHint,
  };
}

async function readEvents(
  db: Database,
  channel: Channel,
  after: number,
  limit: number,
): Promise<readonly LoggedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('channel', '=', channel)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => loggedEventOf(channel, row));
}

function loggedEventOf(channel: Channel, row: EventRow): LoggedEvent {
  return {
    channel,
    seq: row.seq,
    eventId: row.event_id,
    type: row.type === 'access_removed' ? 'access_removed' : 'task_update',
    body: row.body,
    ...(row.task_id !== null && { taskId: row.task_id }),
    ...(row.version !== null && { version: row.version }),
  };
}
