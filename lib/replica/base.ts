import type { Actor, Task } from '@/lib/protocol';
import { rebaseLane } from './conflict';
import { refreshEntry } from './overlay';
import type { Patch } from './patch';
import type { Replica } from './replica';
import type { TaskEntry } from './task-entry';

/**
 * Sets (or, with `undefined`, removes) the server's value of one task and rebases the own changes that were not sent yet;
 * those in flight are decided by their answers.
 *
 * @param before The value that the own changes were made on, where it is not the present base: after an answer to an own
 *   change it is the old base with that change, so that one's own earlier change is never taken for somebody else's.
 */
export function setBase<T extends Task>(
  replica: Replica<T>,
  entry: TaskEntry<T>,
  after: T | undefined,
  patch: Patch<T>,
  { actor, before }: { readonly actor?: Actor | undefined; readonly before?: T | undefined } = {},
): void {
  const lane = replica.pending.size === 0 ? undefined : replica.pending.get(entry.key);
  if (lane !== undefined) {
    const rebased = rebaseLane(lane, before ?? entry.base, after, actor);
    patch.receipt(rebased.receipts);
    patch.settle(rebased.withdrawn);
    if (rebased.lane.length === 0) replica.pending.delete(entry.key);
    else replica.pending.set(entry.key, rebased.lane);
  }
  replica.table.know(entry, after);
  refreshEntry(replica, entry, patch);
}

/**
 * May news replace what is known of a task? With a version: only a greater one, equal is a duplicate ([RP2]). Without:
 * events always, an answer only if no event came after its request left ([RP3]).
 *
 * @param entry What is known of it.
 */
export function isNews<T extends Task>(
  replica: Replica<T>,
  key: string,
  entry: TaskEntry<T> | undefined,
  version: number | undefined,
  sentTick = Number.POSITIVE_INFINITY,
): boolean {
  if (version === undefined) return (replica.arrivals.get(key) ?? 0) <= sentTick;
  const known = entry?.version ?? replica.tombstones.get(key)?.version;
  return known === undefined || version > known;
}
