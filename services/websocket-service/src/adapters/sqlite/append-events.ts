import type LibsqlDatabase from 'libsql';
import type { AppendResult, NewEvent } from '@/ports/event-log';

/** Appends in the transaction that is open on the connection. */
export type AppendEvents = (batch: readonly NewEvent[], at: number) => readonly AppendResult[];

/**
 * Makes what appends events to the embedded database. It works on the bare connection: an append is the one thing that
 * every write does.
 */
export function createAppendEvents(db: LibsqlDatabase.Database): AppendEvents {
  const findKnown = db.prepare('SELECT seq FROM events WHERE channel = ? AND event_id = ?');
  const findNewer = db.prepare('SELECT 1 FROM events WHERE channel = ? AND task_id = ? AND version >= ? LIMIT 1');
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
    const known = findKnown.get([channel, eventId]) as { readonly seq: number } | undefined;
    if (known !== undefined) return { outcome: 'duplicate', seq: known.seq };
    if (taskId !== undefined && version !== undefined && findNewer.get([channel, taskId, version]) !== undefined) {
      return { outcome: 'stale' };
    }
    const counter = count.get([channel, eventId, Buffer.byteLength(body)]);
    const { head, bytes } = counter as { readonly head: number; readonly bytes: number };
    insert.run([channel, head, eventId, type, taskId ?? null, version ?? null, at, body, bytes]);
    return { outcome: 'appended', event: { ...event, seq: head } };
  };

  return (batch, at) => batch.map((event) => append(event, at));
}
