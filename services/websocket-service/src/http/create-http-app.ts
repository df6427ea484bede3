import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Login } from '@/auth/development-login';
import type { ServiceConfig } from '@/config/service-config';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';
import { rawProblemAnswer } from '@/ports/problem-document';
import { installJsonBody } from './json-body';
import { loginRoutes } from './login-routes';
import { malformedRequestProblem } from './malformed-request';
import { installProblemAnswers, pathOf, problemOf, sendProblem } from './problem-answers';
import { type StatusContext, statusRoutes } from './status-routes';
import { type TaskRoutesContext, taskRoutes } from './task-routes';

const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const PREFLIGHT_MAX_AGE_S = 600;

/** What the HTTP side works with. */
export interface HttpContext extends TaskRoutesContext, StatusContext {
  readonly config: ServiceConfig;
  readonly log: Logger;
  /** While the service closes, work is refused with 503. */
  isDraining(): boolean;
  /** Absent in production. */
  readonly login?: (name: string) => Promise<Login>;
}

/** Makes the HTTP side of the service; it does not listen yet. */
export function createHttpApp(context: HttpContext): FastifyInstance {
  const { config, log } = context;
  const app = Fastify({
    bodyLimit: config.limits.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A missing Host is refused below, with a document that says so.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, requireHostHeader: false },
    genReqId: () => randomUUID(),
    // The drain hook refuses with a problem document instead.
    return503OnClosing: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, verbose: true } },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOf(error)),
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(rawProblemAnswer(malformedRequestProblem(error.code)));
      else socket.destroy();
    },
  });
  installProblemAnswers(app, log);
  installJsonBody(app, config.limits.maxBodyDepth);
  installCors(app, config.allowedOrigins);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      throw new Problem(400, 'The request has no Host header, which HTTP/1.1 needs.');
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const facts = { requestId: request.id, method: request.method, path: pathOf(request), status: reply.statusCode };
    log.info({ ...facts, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  void app.register(async (scope) => statusRoutes(scope, context));
  void app.register(async (scope) => workRoutes(scope, context));
  return app;
}

function installCors(app: FastifyInstance, allowedOrigins: readonly string[]): void {
  void app.register(cors, {
    origin: [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'],
    exposedHeaders: ['Retry-After'],
    maxAge: PREFLIGHT_MAX_AGE_S,
    // An OPTIONS that is no preflight is answered the same way.
    strictPreflight: false,
  });
}

async function workRoutes(scope: FastifyInstance, context: HttpContext): Promise<void> {
  const { login } = context;
  scope.addHook('onRequest', async () => {
    if (!context.isDraining()) return;
    throw new Problem(503, 'The service is restarting: send the same request again.', {}, { 'retry-after': '1' });
  });
  void scope.register(async (inner) => taskRoutes(inner, context));
  if (login !== undefined) void scope.register(async (inner) => loginRoutes(inner, login));
}
