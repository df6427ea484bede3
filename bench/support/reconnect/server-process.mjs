// @ts-check
// One life of the server, in a process of its own: the message `listen` opens the port, SIGKILL ends it. It speaks as little
// of each contender's protocol as that contender needs to call itself connected.
import { createServer } from 'node:http';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';

/** How long a token lasts, milliseconds: longer than any run. */
const TOKEN_MS = 3_600_000;

/** @typedef {Record<string, any>} Message */

/** What is answered to a message, by path. @type {Readonly<Record<string, (message: any) => readonly unknown[]>>} */
const ANSWERS = {
  '/open': () => [],
  '/ws': answerTaskwire,
  '/centrifuge': ({ id, connect }) => (connect ? [{ id, connect: { client: `c${id}`, version: '' } }] : []),
  '/phoenix/websocket': ([joinRef, ref, topic]) => [[joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]],
};

const http = createServer((_request, response) => response.writeHead(404).end());
new SocketIoServer(http, { serveClient: false, destroyUpgrade: false });
const sockets = new WebSocketServer({ noServer: true });
http.on('upgrade', (request, socket, head) => {
  const answer = ANSWERS[new URL(request.url ?? '', 'http://localhost').pathname];
  if (!answer) return;
  sockets.handleUpgrade(request, socket, head, (peer) => {
    peer.on('message', (data) => {
      for (const reply of answer(JSON.parse(String(data)))) peer.send(JSON.stringify(reply));
    });
    peer.on('error', () => peer.terminate());
  });
});

process.on('message', ({ port }) => {
  http.listen({ port, host: '127.0.0.1', backlog: 4_096 }, () => process.send?.('listening'));
});
// Whoever started it is gone: nobody is left to measure for.
process.on('disconnect', () => process.exit());
process.send?.('ready');

/** @param {Message} message @returns {readonly Message[]} */
function answerTaskwire({ type, id, channels }) {
  if (type === 'ping') return [{ type: 'pong', id }];
  if (type !== 'hello') return [];
  const now = Date.now();
  const position = { epoch: 'bench', seq: 0 };
  return [
    {
      type: 'welcome',
      userId: 'herd',
      sessionId: crypto.randomUUID(),
      serverTime: new Date(now).toISOString(),
      pingIntervalMs: 25_000,
      expiresAt: new Date(now + TOKEN_MS).toISOString(),
    },
    ...channels.map(() => ({ type: 'subscribed', channel: 'user:herd', position, recovered: true, replayed: 0 })),
  ];
}
