import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Does the request ask for a WebSocket, alone or among other protocols? */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return tokensOf(headers.upgrade ?? '').includes('websocket');
}

/**
 * Answers a request over HTTP/1.1 though it offers an upgrade to something that is not served, such as `h2c` (RFC 9110,
 * section 7.8). Node has taken the request off its parser already, so the same bytes without the offer go through a new
 * one: the body, later requests and all limits of `server` are as usual.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(index, index + 2);
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  const kept = tokensOf(request.headers.connection ?? '').filter(
    (token) => token === 'close' || token === 'keep-alive',
  );
  if (kept.length > 0) lines.push(`Connection: ${kept.join(', ')}`);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function tokensOf(header: string): readonly string[] {
  return header.split(',').map((token) => token.trim().toLowerCase());
}
