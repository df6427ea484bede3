import type { IncomingMessage } from 'node:http';
import { Problem } from '@/ports/problem';

/** What to answer to an upgrade whose handshake is broken; `error` says in what way. */
export function handshakeProblem(error: Error, { method = '' }: IncomingMessage): Problem {
  if (method !== 'GET') return new Problem(405, 'A WebSocket is opened with GET.', {}, { allow: 'GET' });
  return new Problem(
    400,
    `The WebSocket handshake is broken: ${error.message}. Version 13 is spoken (RFC 6455).`,
    {},
    { 'sec-websocket-version': '13' },
  );
}
