import type { Task } from '@/lib/protocol';
import type { Replica } from './replica';

/** A tombstone stands at least this long ([RP5]). */
export const TOMBSTONE_LIFE_MS = 600_000;

/**
 * Marks a task as deleted at a version; no channel carries it any more.
 *
 * @param base What was known of it.
 * @param isSure Did an event say so, or an answer with a version? Else it may have been taken away.
 */
export function bury<T extends Task>(
  replica: Replica<T>,
  key: string,
  base: T | undefined,
  version: number | undefined,
  now: number,
  isSure = true,
): void {
  const { tombstones, told, channels } = replica;
  let last = base;
  // What is there has no grave.
  if (base === undefined) {
    last = tombstones.get(key)?.last;
    tombstones.delete(key);
  }
  tombstones.set(key, { version, at: now, last, isSure });
  if (told.size > 0) told.delete(key);
  if (channels.size > 0) for (const keys of channels.values()) keys.delete(key);
  sweep(replica, now);
}

function sweep<T extends Task>(replica: Replica<T>, now: number): void {
  const { tombstones } = replica;
  for (const { at } of tombstones.values()) {
    if (now - at <= TOMBSTONE_LIFE_MS) return;
    break;
  }
  for (const [key, { at }] of tombstones) {
    if (now - at <= TOMBSTONE_LIFE_MS) return;
    tombstones.delete(key);
  }
}
