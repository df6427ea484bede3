import { randomUUID } from 'node:crypto';

/**
 * A new event's id: a UUID that begins with the time (RFC 9562, version 7). Ids that are made one after the other stand
 * beside each other in an index; each random one would change a page of its own, which is written whole with the commit
 * ([LG39]).
 *
 * @param now Milliseconds since 1970.
 */
export function newEventId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice('xxxxxxxx-xxxx-4'.length)}`;
}
