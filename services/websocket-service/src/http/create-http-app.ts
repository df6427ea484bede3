import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Login } from '@/auth/development-login';
import type { ServiceConfig } from '@/config/service-config';
import type { ClientAddress } from '@/limits/client-address';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';
import type { Traffic } from '@/ports/traffic';
import { createBaseApp } from './create-base-app';
import { loginRoutes } from './login-routes';
import { openApiRoutes } from './open-api-document';
import { type ProjectRoutesContext, projectRoutes } from './project-routes';
import { type PublishRoutesContext, publishRoutes } from './publish-routes';
import { refuseTooMany } from './refuse-too-many';
import { socketRoutes } from './socket-routes';
import { type StatusContext, statusRoutes } from './status-routes';
import { type TaskRoutesContext, taskRoutes } from './task-routes';

const PREFLIGHT_MAX_AGE_S = 600;

/** What the HTTP side works with. */
export interface HttpContext
  extends TaskRoutesContext,
    ProjectRoutesContext,
    StatusContext,
    Omit<PublishRoutesContext, 'limits'> {
  readonly config: ServiceConfig;
  readonly log: Logger;
  /** While the service closes, work is refused with 503. */
  isDraining(): boolean;
  readonly traffic: Traffic;
  readonly clientAddress: ClientAddress;
  /** Absent in production. */
  readonly login?: (name: string) => Promise<Login>;
}

/** Makes the HTTP side of the service; it does not listen yet. */
export function createHttpApp(context: HttpContext): FastifyInstance {
  const { config, log } = context;
  const { maxBodyBytes, maxBodyDepth, headersTimeoutMs } = config.limits;
  const app = createBaseApp({ log, maxBodyBytes, maxBodyDepth, headersTimeoutMs });
  installCors(app, config.allowedOrigins);
  void app.register(async (scope) => statusRoutes(scope, context));
  void app.register(async (scope) => socketRoutes(scope));
  void app.register(async (scope) => openApiRoutes(scope, context.login !== undefined));
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
  scope.addHook('onRequest', ({ raw }, _reply, done) => {
    refuseTooMany(context.traffic.requestFrom(context.clientAddress(raw)));
    if (context.isDraining()) {
      throw new Problem(503, 'The service is restarting: send the same request again.', {}, { 'retry-after': '1' });
    }
    done();
  });
  void scope.register(async (inner) => taskRoutes(inner, context));
  void scope.register(async (inner) => projectRoutes(inner, context));
  void scope.register(async (inner) => publishRoutes(inner, { ...context, limits: context.config.limits }));
  if (login !== undefined) void scope.register(async (inner) => loginRoutes(inner, login));
}
