import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@/ports/problem';
import type { VersionCondition } from '@/tasks/task-command';

const MAX_KEY_CHARS = 200;

/**
 * The `Idempotency-Key` of a request, quoted or not; `undefined` without one.
 *
 * @throws Problem 400 for a key that is empty, longer than 200 characters, or not of visible ASCII.
 */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const text = headers['idempotency-key'];
  if (text === undefined) return undefined;
  const key = String(text)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  if (key.length > MAX_KEY_CHARS || !/^[\x21-\x7e]+$/.test(key)) {
    throw new Problem(400, `An Idempotency-Key has 1 to ${MAX_KEY_CHARS} visible ASCII characters; use a UUID.`);
  }
  return key;
}

/**
 * The versions that `If-Match` accepts: `"3"`, `3`, `W/"3"`, a list of them, or `*`; `undefined` without the header.
 *
 * @throws Problem 400 for anything else.
 */
export function versionConditionOf(headers: IncomingHttpHeaders): VersionCondition | undefined {
  const text = headers['if-match']?.trim();
  if (text === undefined) return undefined;
  if (text === '*') return 'any';
  return text.split(',').map((part) => {
    const version = /^(?:W\/)?(?:"(\d{1,15})"|(\d{1,15}))$/.exec(part.trim());
    if (version === null) throw new Problem(400, 'If-Match holds a task version, such as "3", or *.');
    return Number(version[1] ?? version[2]);
  });
}
