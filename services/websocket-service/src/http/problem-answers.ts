import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Makes every refusal and every fault of `app` a problem document (RFC 9457), the unknown address included. */
export function installProblemAnswers(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem(404, `There is nothing at ${request.method} ${pathOf(request)}.`)),
  );
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      log.error(
        { err: error, requestId: request.id, method: request.method, path: pathOf(request) },
        'a request failed',
      );
    }
    return sendProblem(reply, problem);
  });
}

/** The document of a problem, as JSON text. */
export function problemDocument({ status, detail, members }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...members });
}

/** The path of a request: never its query, which may hold a token. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problemDocument(problem));
}

function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  const { validation, statusCode = 500, message } = error;
  if (validation !== undefined) {
    const errors = validation.map((fault) => ({ path: fault.instancePath, message: fault.message ?? 'is not valid' }));
    return new Problem(400, `The ${message}.`, { errors });
  }
  if (statusCode >= 400 && statusCode < 500) return new Problem(statusCode, `${message}.`);
  return new Problem(500, 'The service failed; the same request may work later.');
}
