import type { FastifyInstance } from 'fastify';
import type { Limits } from '@/config/limits';
import type { Logger } from '@/ports/logger';
import { createBaseApp } from './create-base-app';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What the internal side works with. */
export interface InternalContext {
  readonly limits: Limits;
  readonly log: Logger;
  /** All metrics in Prometheus' text format. */
  metricsText(): Promise<string>;
}

/**
 * Makes the internal side of the service, for an address that clients can't reach: `/metrics` ([SV101]) and whatever only
 * neighbours may ask. It does not listen yet. It has no CORS, and it answers until the service has drained.
 */
export function createInternalApp({ limits, log, metricsText }: InternalContext): FastifyInstance {
  const app = createBaseApp({ log, maxBodyBytes: limits.maxInternalBodyBytes, maxBodyDepth: limits.maxBodyDepth });
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metricsText()));
  return app;
}
