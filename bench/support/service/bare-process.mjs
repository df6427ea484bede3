// @ts-check
// The least that a server with tokens does for a client that comes back: `ws`, a JWT verified by jose, one answer.
import { createServer } from 'node:http';
import { jwtVerify } from 'jose';
import { WebSocketServer } from 'ws';
import { SECRET } from './tokens.mjs';

const key = new TextEncoder().encode(SECRET);
const http = createServer((_request, response) => response.writeHead(404).end());
const server = new WebSocketServer({ server: http, path: '/ws', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', async (data) => {
    const { token } = JSON.parse(String(data));
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
    socket.send(JSON.stringify({ type: 'welcome', userId: payload.sub, serverTime: new Date().toISOString() }));
  });
  socket.on('error', () => socket.terminate());
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = http.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit());
