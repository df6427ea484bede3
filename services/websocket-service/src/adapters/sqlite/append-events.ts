import type LibsqlDatabase from 'libsql';
import type { AppendResult, NewEvent } from '@/ports/event-log';
import { firstRow } from './first-row';

/** Appends in the transaction that is open on the connection. */
export type AppendEvents = (batch: readonly NewEvent[], at: number) => readonly AppendResult[];

/** Where a channel stands, and since when its event's task is known; 0 where it is not. */
interface Counter {
  readonly head: number;
  readonly bytes: number;
  readonly since: number;
}

/**
 * Makes what appends events to the embedded database. It works on the bare connection: an append is the one thing that
 * every write does.
 */
export function createAppendEvents(db: LibsqlDatabase.Database): AppendEvents {
  const since = 'coalesce((SELECT since FROM tasks WHERE id = ?3), 0)';
  // Counts the event, unless the channel holds it already, or the task no older.
  const count = firstRow(
    db,
    `INSERT INTO channels (channel, head, head_event_id, floor, bytes) SELECT ?1, 1, ?2, 0, ?5
     WHERE NOT EXISTS (SELECT 1 FROM events WHERE channel = ?1 AND event_id = ?2)
       AND NOT EXISTS (SELECT 1 FROM events WHERE channel = ?1 AND since = ${since} AND task_id = ?3 AND version >= ?4)
     ON CONFLICT (channel) DO UPDATE
     SET head = head + 1, head_event_id = excluded.head_event_id, bytes = bytes + excluded.bytes
     RETURNING head, bytes, ${since} AS since`,
  );
  const findPlace = firstRow(db, 'SELECT seq FROM events WHERE channel = ? AND event_id = ?');
  const insert = db.prepare(
    'INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );

  const append = (event: NewEvent, at: number): AppendResult => {
    const { channel, eventId, type, taskId, version, body } = event;
    const [task, taskVersion] = [taskId ?? null, version ?? null];
    const counter = count([channel, eventId, task, taskVersion, Buffer.byteLength(body)]);
    if (counter === undefined) {
      const place = findPlace([channel, eventId]) as { readonly seq: number } | undefined;
      return place === undefined ? { outcome: 'stale' } : { outcome: 'duplicate', seq: place.seq };
    }
    const { head, bytes, since } = counter as Counter;
    insert.run([channel, head, eventId, type, task, taskVersion, at, body, bytes, since]);
    return { outcome: 'appended', event: { ...event, seq: head } };
  };

  return (batch, at) => batch.map((event) => append(event, at));
}
