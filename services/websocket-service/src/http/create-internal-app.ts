import type { FastifyInstance } from 'fastify';
import type { Limits } from '@/config/limits';
import { createBaseApp } from './create-base-app';
import { type DaprRoutesContext, daprRoutes } from './dapr-routes';
import { type RevocationContext, revocationRoutes } from './revocation-routes';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What the internal side works with. */
export interface InternalContext extends DaprRoutesContext {
  readonly limits: Limits;
  /** All metrics in Prometheus' text format. */
  metricsText(): Promise<string>;
  readonly revocation?: RevocationContext;
}

/**
 * Makes the internal side of the service, for an address that clients can't reach: `/metrics` ([SV101]) and what a Dapr
 * sidecar delivers ([SV87]). It does not listen yet. It has no CORS, and it answers until the service has drained.
 */
export function createInternalApp(context: InternalContext): FastifyInstance {
  const { limits, log, metricsText } = context;
  const app = createBaseApp({
    log,
    maxBodyBytes: limits.maxInternalBodyBytes,
    maxBodyDepth: limits.maxBodyDepth,
    headersTimeoutMs: limits.headersTimeoutMs,
  });
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metricsText()));
  void app.register(async (scope) => daprRoutes(scope, context));
  if (context.revocation !== undefined) {
    const { revocation } = context;
    void app.register(async (scope) => revocationRoutes(scope, revocation));
  }
  return app;
}
