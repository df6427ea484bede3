// @ts-check
// Something that can be attacked and means nothing: what it costs the machine to be beside an attack at all.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const MAX_FRAME_BYTES = 16 * 1024;
const http = createServer((request, response) => {
  request.resume();
  response.writeHead(204).end();
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
sockets.on('connection', (socket) => {
  socket.on('message', () => {});
  socket.on('error', () => socket.terminate());
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = http.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', () => {});
