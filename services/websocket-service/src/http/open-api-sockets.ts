import { schemaRef } from './open-api-schemas';

const socket = (summary: string) => ({
  get: {
    summary,
    security: [{ userToken: [] }, {}],
    responses: {
      101: { description: 'A WebSocket: what is refused then has a close code (docs/PROTOCOL.md, section 2).' },
      426: {
        description: 'Asked without an upgrade.',
        content: { 'application/problem+json': { schema: schemaRef('Problem') } },
      },
    },
  },
});

/** The addresses of the sockets. */
export const SOCKET_PATHS = {
  '/ws': socket('What happens to the caller’s tasks: natively (taskwire.v1), or in the form that ?dialect= names.'),
  '/ws/{userId}': socket('The same; the user has to be the token’s.'),
  '/api/v1/projects/{projectId}/ws': socket('What happens to a project’s tasks, in seed 003’s form.'),
} as const;
