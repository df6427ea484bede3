// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { createTraffic } from '../store/task-traffic.mjs';

const SEED = 20_261_125;
const PAGE = 500;
/** A list in a scroller, whose rows need no look at the rows around them. */
const STYLE = 'ul { height: 400px; overflow: auto } li { height: 24px; contain: strict; content-visibility: auto }';

const CHANNEL = 'user:u1';

/** @typedef {import('../store/task-traffic.mjs').BenchTask} BenchTask */

/**
 * Serves one page with a script, and a list of tasks over WebSocket: as the native protocol wants it where that is asked for,
 * else as one frame `{type: 'list', tasks}`. Both kinds of reader get the same bursts.
 * @param {{ script: string, rows: number }} options
 */
export async function startBurstServer({ script, rows }) {
  /** @type {BenchTask[]} */
  const tasks = createTraffic({ size: rows, events: 0, seed: SEED }).tasks.map((task) => JSON.parse(task));
  const http = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><meta charset="utf-8"><title>Burst</title><style>${STYLE}</style><div id="root"></div><script>${script}</script>`,
    );
  });
  const sockets = new WebSocketServer({ server: http, handleProtocols: (offered) => [...offered][0] ?? false });
  let seq = 1;
  sockets.on('connection', (socket, { headers }) => {
    /** @param {object} message */
    const send = (message) => socket.send(JSON.stringify(message));
    if (headers['sec-websocket-protocol'] === undefined) {
      send({ type: 'list', tasks });
      return;
    }
    socket.on('message', (data) => {
      if (JSON.parse(String(data)).type !== 'hello') return;
      const position = { epoch: 'e1', seq };
      const serverTime = new Date().toISOString();
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      send({ type: 'welcome', userId: 'u1', sessionId: 's1', serverTime, pingIntervalMs: 30_000, expiresAt });
      send({ type: 'subscribed', channel: CHANNEL, position, recovered: false, replayed: 0 });
      for (let start = 0; start < tasks.length; start += PAGE) {
        const last = start + PAGE >= tasks.length;
        send({
          type: 'snapshot',
          channel: CHANNEL,
          position,
          tasks: tasks.slice(start, start + PAGE),
          page: start / PAGE,
          last,
        });
      }
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (http.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    /**
     * Changes so many different rows and sends each change as a frame, all in one turn.
     * @param {number} count @returns {Record<string, string>} What each changed row has to show.
     */
    burst(count) {
      /** @type {Record<string, string>} */
      const expected = {};
      const frames = Array.from({ length: count }, (_, index) => {
        const place = (index * 7) % tasks.length;
        const old = /** @type {BenchTask} */ (tasks[place]);
        const task = { ...old, title: `Changed ${seq}-${index}`, version: old.version + 1 };
        tasks[place] = task;
        expected[task.id] = task.title;
        seq += 1;
        return JSON.stringify({
          type: 'task_update',
          event: 'task.updated',
          task,
          timestamp: task.updatedAt,
          channel: CHANNEL,
          seq,
          version: task.version,
          taskId: task.id,
          changedFields: ['title'],
          eventId: `event-${seq}`,
        });
      });
      for (const socket of sockets.clients) for (const frame of frames) socket.send(frame);
      return expected;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
      http.closeAllConnections();
    },
  };
}
