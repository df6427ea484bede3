import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRecord } from '@/lib/protocol';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';
import { PROBLEM_TYPE, problemDocument } from '@/ports/problem-document';
import { storageProblemOf } from '@/ports/storage-problem';
import { watchAllowedMethods } from './allowed-methods';

/** Makes every refusal and every fault of `app` a problem document (RFC 9457), the unknown address included ([SV26]). */
export function installProblemAnswers(app: FastifyInstance, log: Logger): void {
  const methodsAt = watchAllowedMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allow = methodsAt(path).join(', ');
    if (allow === '') return sendProblem(reply, new Problem(404, `There is nothing at ${path}.`));
    return sendProblem(reply, new Problem(405, `${path} is for ${allow}, not for ${request.method}.`, {}, { allow }));
  });
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof Problem)) {
      const facts = { requestId: request.id, method: request.method, path: pathOf(request) };
      log.error({ err: error, ...facts }, 'a request failed');
    }
    return sendProblem(reply, problem);
  });
}

/** Sends a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problemDocument(problem));
}

/** What HTTP calls a problem that Fastify found. */
export function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  // A client that went away while it sent is ECONNRESET too, but no trouble of the database: Fastify gives it a status.
  const storage = error.statusCode === undefined ? storageProblemOf(error) : undefined;
  if (storage !== undefined) return storage;
  const { validation, validationContext = 'body', statusCode = 500, message } = error;
  if (validation !== undefined) {
    const errors = validation.map((fault) => ({ path: fault.instancePath, message: messageOf(fault) }));
    const detail = errors.map((fault) => `${nameOf(fault.path, validationContext)} ${fault.message}`).join('; ');
    return new Problem(400, `${detail}.`, { errors });
  }
  if (statusCode >= 400 && statusCode < 500) return new Problem(statusCode, `${message}.`);
  return new Problem(500, 'The service failed; the same request may work later.');
}

/** The path of a request: never its query, which may hold a token. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function nameOf(path: string, context: string): string {
  return path === '' ? `The ${context}` : path.slice(1);
}

/** Ajv in its verbose mode hands the broken schema over, whose description completes the sentence. */
function messageOf(fault: { readonly message?: string }): string {
  const schema = 'parentSchema' in fault ? fault.parentSchema : undefined;
  return isRecord(schema) && typeof schema.description === 'string'
    ? `must be ${schema.description}`
    : (fault.message ?? 'is not valid');
}
