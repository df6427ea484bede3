import type { FastifyInstance } from 'fastify';
import { Problem } from '@/ports/problem';

/** Where sockets are served. */
const SOCKET_PATHS = ['/ws', '/ws/:userId', '/api/v1/projects/:projectId/ws'] as const;

/** Answers who asks for a socket's address without an upgrade: 426, and how to connect ([SV150]). */
export function socketRoutes(app: FastifyInstance): void {
  for (const path of SOCKET_PATHS) {
    app.get(path, async () => {
      throw new Problem(
        426,
        'This is the address of a WebSocket: connect to it with ws:// or wss:// (RFC 6455, version 13).',
        {},
        // RFC 9110, sections 7.8 and 15.5.22: both go together.
        { upgrade: 'websocket', connection: 'upgrade' },
      );
    });
  }
}
