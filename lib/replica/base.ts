import type { Actor, Task } from '@/lib/protocol';
import { rebaseLane } from './conflict';
import { refreshView } from './overlay';
import type { Patch } from './patch';
import type { Replica } from './replica';

/**
 * Sets (or, with `undefined`, removes) the server's value of one task and rebases the own changes that were not sent yet;
 * those in flight are decided by their answers.
 *
 * @param before The value that the own changes were made on, where it is not the present base: after an answer to an own
 *   change it is the old base with that change, so that one's own earlier change is never taken for somebody else's.
 */
export function setBase<T extends Task>(
  replica: Replica<T>,
  key: string,
  after: T | undefined,
  patch: Patch<T>,
  { actor, before }: { readonly actor?: Actor | undefined; readonly before?: T | undefined } = {},
): void {
  const made = before ?? replica.base.get(key);
  if (after === undefined) replica.base.delete(key);
  else replica.base.set(key, after);
  const lane = replica.pending.get(key);
  if (lane !== undefined) {
    const rebased = rebaseLane(lane, made, after, actor);
    patch.receipts.push(...rebased.receipts);
    patch.settled.push(...rebased.withdrawn);
    if (rebased.lane.length === 0) replica.pending.delete(key);
    else replica.pending.set(key, rebased.lane);
  }
  refreshView(replica, key, patch);
}

/**
 * May news replace what is known of a task? With a version: only a greater one, equal is a duplicate ([RP2]). Without:
 * events always, an answer only if no event came after its request left ([RP3]).
 */
export function isNews<T extends Task>(
  replica: Replica<T>,
  key: string,
  version: number | undefined,
  sentTick = Number.POSITIVE_INFINITY,
): boolean {
  if (version === undefined) return (replica.arrivals.get(key) ?? 0) <= sentTick;
  const known = replica.base.get(key)?.version ?? replica.tombstones.get(key)?.version;
  return known === undefined || version > known;
}
