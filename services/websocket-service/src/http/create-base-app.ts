import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '@/ports/logger';
import { Problem } from '@/ports/problem';
import { PROBLEM_TYPE, problemDocument, rawProblemAnswer } from '@/ports/problem-document';
import { traceFactsOf } from '@/ports/trace-id';
import { installJsonBody } from './json-body';
import { malformedRequestProblem } from './malformed-request';
import { installProblemAnswers, pathOf, problemOf, sendProblem } from './problem-answers';

const REQUEST_TIMEOUT_MS = 30_000;
/** How often slow requests are looked for, milliseconds; Node's own half a minute lets them wait that much longer. */
const CHECK_INTERVAL_MS = 2_000;

/** Answers are data for programs: no browser shows, keeps, frames or guesses them ([SV104]). */
const HARDENED_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** How a listener reads requests. */
export interface BaseAppOptions {
  readonly log: Logger;
  /** Largest body, bytes. */
  readonly maxBodyBytes: number;
  /** Deepest nesting of a body. */
  readonly maxBodyDepth: number;
  /** Time for the headers of a request, milliseconds; then 408 ([LM15]). */
  readonly headersTimeoutMs: number;
}

/** Makes what every listener has: strict JSON, problem documents, hardened headers, one log line per request. No routes. */
export function createBaseApp({ log, maxBodyBytes, maxBodyDepth, headersTimeoutMs }: BaseAppOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: maxBodyBytes,
    // Seed 004's clients write /tasks/, as FastAPI does.
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A missing Host is refused below, with a document that says so.
    http: {
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, headersTimeoutMs),
      requireHostHeader: false,
    },
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
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = new Problem(417, 'Expect is for 100-continue alone: leave anything else out.');
    const headers = { ...HARDENED_HEADERS, 'content-type': PROBLEM_TYPE, connection: 'close' };
    response.writeHead(problem.status, headers).end(problemDocument(problem));
  });
  installProblemAnswers(app, log);
  installJsonBody(app, maxBodyDepth);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(HARDENED_HEADERS).header('x-request-id', request.id);
    if (request.url.includes('%00')) throw new Problem(400, 'The address holds %00, which nothing here is called.');
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      throw new Problem(400, 'The request has no Host header, which HTTP/1.1 needs.');
    }
    done();
  });
  if (log.isLevelEnabled?.('info') !== false) logRequests(app, log);
  return app;
}

function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const facts = { requestId: request.id, method: request.method, path: pathOf(request), status: reply.statusCode };
    log.info({ ...facts, ...traceFactsOf(request.headers), ms: Math.round(reply.elapsedTime) }, 'request');
    done();
  });
}
