// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/lib/root.mjs';
import { WRITERS } from './workload.mjs';

const require = createRequire(join(ROOT, 'services', 'websocket-service', 'package.json'));

/**
 * The bare loop, in one thread on the service's tables: asks twice, counts and inserts, `WRITERS` appends to a commit, with
 * SQLite's own checkpoint interval (the service takes its log over at every fourth of these, and asks and counts in one).
 * @param {string} file A database with the tables.
 */
export function createRawSqlite(file) {
  const Database = require('libsql');
  const db = new Database(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const known = db.prepare('SELECT seq FROM events WHERE channel = ? AND event_id = ?');
  // What it appends is about tasks that the table of tasks does not have: their places begin with 0.
  const newer = db.prepare(
    'SELECT 1 FROM events WHERE channel = ? AND since = 0 AND task_id = ? AND version >= ? LIMIT 1',
  );
  const count = db.prepare(
    `INSERT INTO channels (channel, head, head_event_id, floor, bytes) VALUES (?, 1, ?, 0, ?)
     ON CONFLICT (channel) DO UPDATE
     SET head = head + 1, head_event_id = excluded.head_event_id, bytes = bytes + excluded.bytes RETURNING head, bytes`,
  );
  const insert = db.prepare(
    'INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    /** @param {readonly import('./workload.mjs').BenchEvent[]} events @returns how many a second. */
    appendAll(events) {
      const begin = performance.now();
      for (let start = 0; start < events.length; start += WRITERS) {
        db.exec('BEGIN');
        for (const { channel, eventId, type, taskId, version, body } of events.slice(start, start + WRITERS)) {
          if (known.get([channel, eventId]) !== undefined) continue;
          if (newer.get([channel, taskId, version]) !== undefined) continue;
          const { head, bytes } = count.get([channel, eventId, Buffer.byteLength(body)]);
          insert.run([channel, head, eventId, type, taskId, version, Date.now(), body, bytes]);
        }
        db.exec('COMMIT');
      }
      return (events.length / (performance.now() - begin)) * 1000;
    },
    close: () => db.close(),
  };
}
