import type { FastifyInstance } from 'fastify';
import type { Hesitate } from '@/auth/late-refusals';
import type { CheckServiceKey } from '@/auth/service-key';
import type { Metrics } from '@/ports/metrics';
import { Problem } from '@/ports/problem';

/**
 * Guards all routes of `app`: without a service key they answer 401, before a body is read ([AU40]).
 *
 * @param hesitate Waits before a refusal is told.
 */
export function requireServiceKey(
  app: FastifyInstance,
  isServiceKey: CheckServiceKey,
  metrics: Metrics,
  hesitate: Hesitate = async () => {},
): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (isServiceKey(request.headers.authorization)) return done();
    metrics.authRefusals.add('service-key');
    hesitate().then(() => done(noServiceKey()), done);
  });
}

function noServiceKey(): Problem {
  return new Problem(
    401,
    'Send the service key as Authorization: Bearer <key>; it is one of those in SERVICE_KEY.',
    {},
    { 'www-authenticate': 'Bearer' },
  );
}
