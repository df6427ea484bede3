import type LibsqlDatabase from 'libsql';
import type { AppendResult, NewEvent } from '@/ports/event-log';

/** Appends in the transaction that is open on the connection. */
export type AppendEvents = (batch: readonly NewEvent[], at: number) => readonly AppendResult[];

/**
 * Makes what appends events to the embedded database. It works on the bare connection: an append is the one thing that
 * every write does.
 */
export function createAppendEvents(db: LibsqlDatabase.Database): AppendEvents {
  // The first row that there is: this very event, else an event of the task that is not older.
  const findPlace = db.prepare(
    `SELECT seq FROM events WHERE channel = ?1 AND event_id = ?2
     UNION ALL SELECT NULL FROM events WHERE channel = ?1 AND task_id = ?3 AND version >= ?4 LIMIT 1`,
  );
  const count = db.prepare(
    `INSERT INTO channels (channel, head, head_event_id, floor, bytes) VALUES (?, 1, ?, 0, ?)
     ON CONFLICT (channel) DO UPDATE
     SET head = head + 1, head_event_id = excluded.head_event_id, bytes = bytes + excluded.bytes
     RETURNING head, bytes`,
  );
  const insert = db.prepare(
    'INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );

  const append = (event: NewEvent, at: number): AppendResult => {
    const { channel, eventId, type, taskId, version, body } = event;
    const place = findPlace.get([channel, eventId, taskId ?? null, version ?? null]);
    if (place !== undefined) {
      const { seq } = place as { readonly seq: number | null };
      return seq === null ? { outcome: 'stale' } : { outcome: 'duplicate', seq };
    }
    const counter = count.get([channel, eventId, Buffer.byteLength(body)]);
    const { head, bytes } = counter as { readonly head: number; readonly bytes: number };
    insert.run([channel, head, eventId, type, taskId ?? null, version ?? null, at, body, bytes]);
    return { outcome: 'appended', event: { ...event, seq: head } };
  };

  return (batch, at) => batch.map((event) => append(event, at));
}
