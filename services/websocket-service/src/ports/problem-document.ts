import { STATUS_CODES } from 'node:http';
import type { Problem } from './problem';

/** The media type of a problem document. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The document of a problem, as JSON text (RFC 9457). */
export function problemDocument(problem: Problem): string {
  const { status, detail, members } = problem;
  return JSON.stringify({ type: 'about:blank', title: titleOf(problem), status, detail, ...members });
}

/** A problem as a whole HTTP answer, for where there is no request to reply to. */
export function rawProblemAnswer(problem: Problem): string {
  const body = problemDocument(problem);
  return [
    `HTTP/1.1 ${problem.status} ${titleOf(problem)}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}

function titleOf({ status }: Problem): string {
  return STATUS_CODES[status] ?? 'Error';
}
