import type { Task } from '@/lib/protocol';
import type { Replica } from './replica';

/** A tombstone stands at least this long ([RP5]). */
export const TOMBSTONE_LIFE_MS = 600_000;

/**
 * Marks a task as deleted at a version; no channel carries it any more.
 *
 * @param base What was known of it.
 */
export function bury<T extends Task>(
  replica: Replica<T>,
  key: string,
  base: T | undefined,
  version: number | undefined,
  now: number,
): void {
  const last = base ?? replica.tombstones.get(key)?.last;
  replica.tombstones.delete(key);
  replica.tombstones.set(key, { version, at: now, last });
  replica.unplaced.delete(key);
  for (const keys of replica.channels.values()) keys.delete(key);
  sweep(replica, now);
}

function sweep<T extends Task>(replica: Replica<T>, now: number): void {
  for (const [key, { at }] of replica.tombstones) {
    if (now - at <= TOMBSTONE_LIFE_MS) return;
    replica.tombstones.delete(key);
  }
}
