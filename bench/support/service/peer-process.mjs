// @ts-check
// One peer of the fan-out and memory benchmarks in a process of its own: `node peer-process.mjs ws|socket.io|crossws|'bare writes'`.
// Who connects is a reader; the order `emit` sends so many messages to all of them in one turn.
import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import crossws from 'crossws/adapters/node';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';

/** @typedef {{ readonly attach: (http: import('node:http').Server) => (texts: readonly string[]) => void }} Peer */

/** @type {Readonly<Record<string, Peer>>} */
const PEERS = {
  ws: {
    attach(http) {
      const server = new WebSocketServer({ server: http, path: '/ws', perMessageDeflate: false });
      return (texts) => {
        for (const text of texts) for (const client of server.clients) client.send(text);
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
      return (texts) => {
        for (const text of texts) server.emit('task_update', JSON.parse(text));
      };
    },
  },
  crossws: {
    attach(http) {
      const adapter = crossws({ hooks: { open: (peer) => void peer.subscribe('tasks') } });
      http.on('upgrade', (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
      return (texts) => {
        for (const text of texts) adapter.publish('tasks', text);
      };
    },
  },
  // Nobody sends for less with JavaScript alone: the frames of a turn are made once and go to each connection's descriptor in one piece.
  'bare writes': {
    attach(http) {
      const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
      /** @type {Set<number>} */
      const descriptors = new Set();
      http.on('upgrade', (request, wire, head) => {
        const descriptor = Reflect.get(wire, '_handle').fd;
        server.handleUpgrade(request, wire, head, () => descriptors.add(descriptor));
        wire.once('close', () => descriptors.delete(descriptor));
      });
      return (texts) => {
        const frames = Buffer.concat(texts.map(frameOf));
        for (const descriptor of descriptors) writeSync(descriptor, frames);
      };
    },
  },
};

/** One final text frame of 126 to 65,535 bytes, unmasked (RFC 6455, section 5.2). @param {string} text */
function frameOf(text) {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]), payload]);
}

const peer = PEERS[process.argv[2] ?? ''];
if (!peer) throw new Error(`Name one of ${Object.keys(PEERS).join(', ')}.`);
const http = createServer((_request, response) => response.writeHead(404).end());
const emit = peer.attach(http);
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = http.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});

process.on('message', (/** @type {any} */ order) => {
  if (order.type === 'emit') emit(order.texts);
  if (order.type === 'collect') {
    globalThis.gc?.();
    process.send?.({ type: 'collected' });
  }
});
process.on('disconnect', () => process.exit());
