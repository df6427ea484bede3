import type { FastifyInstance } from 'fastify';
import { openApiPaths, type Paths } from './open-api-paths';
import { OPEN_API_SCHEMAS } from './open-api-schemas';

/** The OpenAPI 3.1 document of the public listener: every route is in it ([SV90]). */
export function openApiDocument(hasLogin: boolean) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Taskwire websocket-service',
      version: '1',
      description: 'Tasks over HTTP; what happens to them arrives over WebSocket at /ws (docs/PROTOCOL.md).',
    },
    paths: withPathParameters({ ...openApiPaths(hasLogin), '/openapi.json': { get: SELF } }),
    components: {
      schemas: OPEN_API_SCHEMAS,
      securitySchemes: {
        userToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        serviceKey: { type: 'http', scheme: 'bearer', description: 'one of SERVICE_KEY' },
      },
    },
  };
}

/** `GET /openapi.json`. */
export function openApiRoutes(app: FastifyInstance, hasLogin: boolean): void {
  const document = openApiDocument(hasLogin);
  app.get('/openapi.json', async () => document);
}

const SELF = {
  summary: 'This document.',
  security: [],
  responses: { 200: { description: 'Done.', content: { 'application/json': { schema: { type: 'object' } } } } },
};

function withPathParameters(paths: Paths): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
      return [path, names.length === 0 ? operations : { parameters, ...operations }];
    }),
  ) as Paths;
}
