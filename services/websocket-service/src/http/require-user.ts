import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bearerTokenOf } from '@/auth/bearer-token';
import { type Identity, KeysUnavailable, RevokedToken, type VerifyToken } from '@/ports/identity';
import type { Metrics } from '@/ports/metrics';
import { Problem } from '@/ports/problem';
import type { Traffic } from '@/ports/traffic';
import { refuseTooMany } from './refuse-too-many';

const RETRY = { 'retry-after': '5' };

/** Who is asking, on the routes that {@link requireUser} guards. */
export type UserOf = (request: FastifyRequest) => Identity;

/** What guarding works with. */
export interface RequireUserContext {
  readonly verify: VerifyToken;
  readonly metrics: Metrics;
  readonly traffic: Traffic;
}

/** Guards all routes of `app`: without a valid `Authorization: Bearer` token they answer 401, before a body is read. */
export function requireUser(app: FastifyInstance, { verify, metrics, traffic }: RequireUserContext): UserOf {
  const users = new WeakMap<FastifyRequest, Identity>();
  app.addHook('onRequest', async (request) => {
    const token = bearerTokenOf(request.headers.authorization);
    if (token === undefined) {
      metrics.authRefusals.add('missing');
      throw unauthorized('Send your token as Authorization: Bearer <token>.');
    }
    let user: Identity;
    try {
      user = await verify(token);
    } catch (error) {
      if (error instanceof KeysUnavailable) {
        metrics.authRefusals.add('unavailable');
        throw new Problem(503, 'Tokens can’t be verified at the moment: send the same request again later.', {}, RETRY);
      }
      metrics.authRefusals.add(error instanceof RevokedToken ? 'revoked' : 'invalid');
      throw unauthorized('The token is not valid, or it has expired: sign in again.');
    }
    refuseTooMany(traffic.requestOf(user.userId));
    users.set(request, user);
  });
  return (request) => {
    const user = users.get(request);
    if (user === undefined) throw unauthorized('Sign in first.');
    return user;
  };
}

function unauthorized(detail: string): Problem {
  return new Problem(401, detail, {}, { 'www-authenticate': 'Bearer' });
}
