// @ts-check
import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { Client } from 'pg';

const DATABASE_FILE = 'taskwire.db';

/**
 * A channel's events as the database of a data directory holds them, from the first on: past the service, so that what it says
 * of itself is not held against itself.
 * @param {string} dataDir @param {string} channel
 * @returns {readonly import('./reader.mjs').Seen[]}
 */
export function readSqliteLog(dataDir, channel) {
  const db = new LibsqlDatabase(join(dataDir, DATABASE_FILE));
  try {
    const rows = db
      .prepare('SELECT seq, event_id, task_id, version, body FROM events WHERE channel = ? ORDER BY seq')
      .all([channel]);
    return /** @type {EventRow[]} */ (rows).map(seenOf);
  } finally {
    db.close();
  }
}

/**
 * The same from a PostgreSQL.
 * @param {string} url @param {string} channel
 * @returns {Promise<readonly import('./reader.mjs').Seen[]>}
 */
export async function readPostgresLog(url, channel) {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT seq, event_id, task_id, version, body FROM taskwire.events WHERE channel = $1 ORDER BY seq',
      [channel],
    );
    return rows.map(seenOf);
  } finally {
    await client.end();
  }
}

/** @typedef {{ seq: number | string, event_id: string, task_id: string | null, version: number | string | null, body: string }} EventRow */

/** @param {EventRow} row @returns {import('./reader.mjs').Seen} */
function seenOf({ seq, event_id: eventId, task_id: taskId, version, body }) {
  const { mutationId } = JSON.parse(body);
  return {
    seq: Number(seq),
    eventId,
    taskId: taskId ?? undefined,
    version: version === null ? undefined : Number(version),
    mutationId,
  };
}
