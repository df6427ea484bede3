// @ts-check
// One peer of the fan-out and memory benchmarks in a process of its own: `node peer-process.mjs ws|socket.io|crossws`. Who
// connects is a reader; the order `emit` sends so many messages to all of them in one turn.
import { createServer } from 'node:http';
import crossws from 'crossws/adapters/node';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';

/** @typedef {{ readonly attach: (http: import('node:http').Server) => (text: string) => void }} Peer */

/** @type {Readonly<Record<string, Peer>>} */
const PEERS = {
  ws: {
    attach(http) {
      const server = new WebSocketServer({ server: http, path: '/ws', perMessageDeflate: false });
      return (text) => {
        for (const client of server.clients) client.send(text);
      };
    },
  },
  'socket.io': {
    attach(http) {
      const server = new SocketIoServer(http, {
        serveClient: false,
        transports: ['websocket'],
        perMessageDeflate: false,
      });
      return (text) => void server.emit('task_update', JSON.parse(text));
    },
  },
  crossws: {
    attach(http) {
      const adapter = crossws({ hooks: { open: (peer) => void peer.subscribe('tasks') } });
      http.on('upgrade', (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
      return (text) => adapter.publish('tasks', text);
    },
  },
};

const peer = PEERS[process.argv[2] ?? ''];
if (!peer) throw new Error(`Name one of ${Object.keys(PEERS).join(', ')}.`);
const http = createServer((_request, response) => response.writeHead(404).end());
const emit = peer.attach(http);
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = http.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});

process.on('message', (/** @type {any} */ order) => {
  if (order.type === 'emit') for (const text of order.texts) emit(text);
  if (order.type === 'collect') {
    globalThis.gc?.();
    process.send?.({ type: 'collected' });
  }
});
process.on('disconnect', () => process.exit());
