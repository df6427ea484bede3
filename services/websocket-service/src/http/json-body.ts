import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '@/ports/problem';

/**
 * Reads JSON bodies and nothing else. Keys such as `__proto__` are plain data here; what is nested deeper than
 * `maxDepth` is refused, since writing it out again would exhaust the stack.
 */
export function installJsonBody(app: FastifyInstance, maxDepth: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:;|$)/i,
    { parseAs: 'string' },
    ({ headers }: FastifyRequest, text: string, done) => {
      const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
      if (encoding !== 'identity') {
        const cure = `The body is encoded (${encoding.slice(0, 40)}): send it as it is.`;
        throw new Problem(415, cure, {}, { 'accept-encoding': 'identity' });
      }
      done(null, text === '' ? undefined : parseBody(text, maxDepth));
    },
  );
}

function parseBody(text: string, maxDepth: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not JSON.');
  }
  if (mayBeDeeperThan(text, maxDepth) && isDeeperThan(value, maxDepth))
    throw new Problem(400, `The body is nested deeper than ${maxDepth} levels.`);
  return value;
}

/** A text that opens no more objects and arrays is not nested deeper, which most show without a look at each value. */
function mayBeDeeperThan(text: string, levels: number): boolean {
  let opened = 0;
  for (let at = 0; at < text.length && opened <= levels; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === OBJECT || unit === ARRAY) opened += 1;
  }
  return opened > levels;
}

const [OBJECT, ARRAY] = ['{', '['].map((sign) => sign.charCodeAt(0));

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}
