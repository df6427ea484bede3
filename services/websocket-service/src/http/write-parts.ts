import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '@/lib/protocol';
import type { Identity } from '@/ports/identity';
import { fingerprintOf } from '@/tasks/first-answers';
import type { Answer, Idempotency } from '@/tasks/task-command';
import { pathOf } from './problem-answers';
import { idempotencyKeyOf } from './write-headers';

/** The media type of answers that are JSON text already. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Who writes, and what makes the request recognisable: what every write of a user has. */
export function writePartsOf(
  request: FastifyRequest,
  { userId, name }: Identity,
): { readonly actor: Actor; readonly idempotency?: Idempotency } {
  const key = idempotencyKeyOf(request.headers);
  return {
    actor: { id: userId, ...(name !== undefined && { name }) },
    ...(key !== undefined && {
      idempotency: { key, fingerprint: fingerprintOf(request.method, pathOf(request), request.body) },
    }),
  };
}

/** Sends the answer to a write. */
export function sendAnswer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply.code(status).type(JSON_TYPE).send(body);
}
