// @ts-check
// The least that could bring a change to another client: an HTTP server that hands each body on to every socket. With a
// folder as its argument it first commits what Taskwire commits, with the same durability, on its own thread.
import { createServer } from 'node:http';
import { join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { WebSocketServer } from 'ws';

const [folder] = process.argv.slice(2);
const commit = folder ? openDatabase(folder) : () => {};

const http = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    const task = JSON.parse(text);
    commit(task, text);
    const frame = JSON.stringify({ type: 'task_update', event: 'task.created', task });
    for (const client of sockets.clients) client.send(frame);
    response.writeHead(201, { 'content-type': 'application/json' }).end(text);
  });
});
const sockets = new WebSocketServer({ server: http, path: '/ws', perMessageDeflate: false });
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit());

/** One task, one event, one counter and one answer to a key: what a change is in Taskwire. @param {string} path */
function openDatabase(path) {
  const db = new LibsqlDatabase(join(path, 'relay.db'));
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE tasks (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE channels (channel TEXT PRIMARY KEY, head INTEGER NOT NULL) STRICT;
    CREATE TABLE events (channel TEXT NOT NULL, seq INTEGER NOT NULL, event_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
      PRIMARY KEY (channel, seq)) STRICT;
    CREATE TABLE answers (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `);
  const saveTask = db.prepare('INSERT INTO tasks VALUES (?, ?)');
  const nextSeq = db.prepare(
    'INSERT INTO channels VALUES (?, 1) ON CONFLICT (channel) DO UPDATE SET head = head + 1 RETURNING head',
  );
  const saveEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
  const saveAnswer = db.prepare('INSERT INTO answers VALUES (?, ?)');
  return db.transaction((/** @type {{ id: string }} */ { id }, /** @type {string} */ text) => {
    saveTask.run(id, text);
    const row = /** @type {{ head: number }} */ (nextSeq.get('user:bench'));
    saveEvent.run('user:bench', row.head, id, text);
    saveAnswer.run(id, text);
  });
}
