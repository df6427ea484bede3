import type LibsqlDatabase from 'libsql';
import type { Channel } from '@/lib/protocol';
import type { AppendResult, NewEvent } from '@/ports/event-log';

/** Appends in the transaction that is open on the connection. */
export type AppendEvents = (batch: readonly NewEvent[], at: number) => readonly AppendResult[];

/** Where a channel stands while a batch is appended. */
interface End {
  head: number;
  /** Running total of the bodies. */
  bytes: number;
  /** Of the last event that the batch brought. */
  eventId?: string;
}

/**
 * Makes what appends events to the embedded database. It works on the bare connection: an append is the one thing that
 * every write does. A channel's counter is read and written once for all of a batch ([LG38]).
 */
export function createAppendEvents(db: LibsqlDatabase.Database): AppendEvents {
  const findEnd = db.prepare('SELECT head, bytes FROM channels WHERE channel = ?');
  // Unless the channel holds the event already, or the task no older.
  const insert = db.prepare(
    `INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
     WHERE NOT EXISTS (SELECT 1 FROM events WHERE channel = ?1 AND event_id = ?3)
       AND NOT EXISTS (SELECT 1 FROM events WHERE channel = ?1 AND task_id = ?5 AND version >= ?6)`,
  );
  const findPlace = db.prepare('SELECT seq FROM events WHERE channel = ? AND event_id = ?');
  const moveEnd = db.prepare(
    `INSERT INTO channels (channel, head, head_event_id, floor, bytes) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (channel) DO UPDATE
     SET head = excluded.head, head_event_id = excluded.head_event_id, bytes = excluded.bytes`,
  );

  const endOf = (channel: Channel): End => {
    const { head, bytes } = (findEnd.get([channel]) as End | undefined) ?? { head: 0, bytes: 0 };
    return { head, bytes };
  };

  const append = (event: NewEvent, at: number, end: End): AppendResult => {
    const { channel, eventId, type, taskId, version, body } = event;
    const seq = end.head + 1;
    const bytes = end.bytes + Buffer.byteLength(body);
    const row = [channel, seq, eventId, type, taskId ?? null, version ?? null, at, body, bytes];
    if (insert.run(row).changes === 0) {
      const place = findPlace.get([channel, eventId]) as { readonly seq: number } | undefined;
      return place === undefined ? { outcome: 'stale' } : { outcome: 'duplicate', seq: place.seq };
    }
    end.head = seq;
    end.bytes = bytes;
    end.eventId = eventId;
    return { outcome: 'appended', event: { ...event, seq } };
  };

  return (batch, at) => {
    const ends = new Map<Channel, End>();
    const results = batch.map((event) => {
      const end = ends.get(event.channel) ?? endOf(event.channel);
      ends.set(event.channel, end);
      return append(event, at, end);
    });
    for (const [channel, { head, eventId, bytes }] of ends) {
      if (eventId !== undefined) moveEnd.run([channel, head, eventId, bytes]);
    }
    return results;
  };
}
