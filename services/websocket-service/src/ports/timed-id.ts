import { randomUUID } from 'node:crypto';

/** Ids that fit into a millisecond: as many as 12 bits count. */
const IDS_PER_MS = 4096;

/**
 * Makes a maker of UUIDs of version 7 (RFC 9562). Each is greater than all before it, as text too and whatever the clock
 * does, so that an index takes it in at its end instead of somewhere; 62 random bits keep makers apart ([LG31]).
 *
 * @param now Wall time, milliseconds since 1970.
 */
export function createTimedIds(now: () => number): () => string {
  let ms = 0;
  let count = 0;
  let prefix = '';
  const begin = (time: number): void => {
    [ms, count] = [time, 0];
    const hex = time.toString(16).padStart(12, '0');
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  };
  begin(0);
  return () => {
    const time = now();
    if (time > ms) begin(time);
    // A clock that stands still, or goes back, is led on.
    else if (count + 1 === IDS_PER_MS) begin(ms + 1);
    else count += 1;
    return `${prefix}${count.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`;
  };
}

/** The id of an event, or of whatever else this process makes: see {@link createTimedIds}. */
export const timedId = createTimedIds(Date.now);
