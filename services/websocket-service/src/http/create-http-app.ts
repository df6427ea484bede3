import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Login } from '@/auth/development-login';
import type { ServiceConfig } from '@/config/service-config';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';
import { installJsonBody } from './json-body';
import { loginRoutes } from './login-routes';
import { installProblemAnswers, pathOf, problemDocument } from './problem-answers';
import { type StatusContext, statusRoutes } from './status-routes';
import { type TaskRoutesContext, taskRoutes } from './task-routes';

const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const PREFLIGHT_MAX_AGE_S = 600;

/** What the HTTP side works with. */
export interface HttpContext extends TaskRoutesContext, StatusContext {
  readonly config: ServiceConfig;
  readonly log: Logger;
  /** Absent in production. */
  readonly login?: (name: string) => Promise<Login>;
}

/** Makes the HTTP side of the service; it does not listen yet. */
export function createHttpApp(context: HttpContext): FastifyInstance {
  const { config, log, login } = context;
  const app = Fastify({
    bodyLimit: config.limits.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    genReqId: () => randomUUID(),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(malformedRequestAnswer());
    },
  });
  installProblemAnswers(app, log);
  installJsonBody(app, config.limits.maxBodyDepth);
  void app.register(cors, {
    origin: [...config.allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'],
    exposedHeaders: ['Retry-After'],
    maxAge: PREFLIGHT_MAX_AGE_S,
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.addHook('onResponse', async (request, reply) => {
    const facts = { requestId: request.id, method: request.method, path: pathOf(request), status: reply.statusCode };
    log.info({ ...facts, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  void app.register(async (scope) => statusRoutes(scope, context));
  void app.register(async (scope) => taskRoutes(scope, context));
  if (login !== undefined) void app.register(async (scope) => loginRoutes(scope, login));
  return app;
}

function malformedRequestAnswer(): string {
  const body = problemDocument(new Problem(400, 'The request is not HTTP, or its headers are too large.'));
  return [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
