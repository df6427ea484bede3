import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { reject } from './apply-local';
import { setBase } from './base';
import { findPending, project, refreshView, takePending } from './overlay';
import { moveLane } from './own-creates';
import type { Patch } from './patch';
import { baseOf, type PendingMutation, type Replica, tell } from './replica';
import { bury } from './tombstones';

/**
 * A server without versions did it. Its answer never beats an event that came after the request left ([RP3]); a new task
 * goes on under the id that the server gave it ([RP43]).
 *
 * @param now Milliseconds of the caller's monotonic clock; only ages tombstones.
 */
export function acknowledgeForeign<T extends Task>(
  replica: Replica<T>,
  mutation: Mutation<T>,
  answered: T | undefined,
  now: number,
  patch: Patch<T>,
): void {
  if (isMaking(mutation) && answered !== undefined) placeMade(replica, mutation.id, answered.id, patch);
  const found = takePending(replica, mutation.id, patch);
  if (found === undefined) return;
  const { key, pending } = found;
  const { sentTick = replica.tick } = pending;
  const isLate = (replica.arrivals.get(key) ?? 0) > sentTick;
  if (isLate) {
    refreshView(replica, key, patch);
    return;
  }
  replica.tick += 1;
  // Lists that were asked for earlier are older than this answer.
  replica.arrivals.set(key, replica.tick);
  const base = baseOf(replica, key);
  const before = project(base, mutation, replica.tombstones.get(key)?.last);
  if (mutation.kind === 'delete') {
    bury(replica, key, base, undefined, now);
    setBase(replica, replica.table.open(key), undefined, patch, { before });
  } else if (answered === undefined) {
    refreshView(replica, key, patch);
  } else {
    replica.tombstones.delete(key);
    if (base === undefined) tell(replica, key);
    replica.echoes.set(key, mutation);
    setBase(replica, replica.table.open(key), { ...base, ...answered }, patch, { before });
  }
}

/** The server refused a new task that a row of somebody else had been taken for: only what was this user's goes. */
export function rejectForeign<T extends Task>(replica: Replica<T>, mutation: Mutation<T>, patch: Patch<T>): void {
  const key = findPending(replica, mutation.id)?.key;
  reject(replica, mutation.id, patch);
  if (key !== undefined && key !== taskKey(mutation.taskId)) moveLane(replica, key, mutation.taskId, patch);
}

/** Marks an attempt at a server without keys: each is a request of its own, with its own place in the order. */
export function markAttempt<T extends Task>(replica: Replica<T>, mutationId: string): Mutation<T> | undefined {
  return amend(replica, mutationId, ({ key }) => ({
    sent: true,
    tried: true,
    sentBase: baseOf(replica, key),
    sentTick: replica.tick,
  }));
}

/** An attempt ended without an answer. @param isUnsure It may have been carried out all the same. */
export function forgetAttempt<T extends Task>(replica: Replica<T>, mutationId: string, isUnsure: boolean): void {
  amend(replica, mutationId, () => ({ sent: isUnsure }));
}

function amend<T extends Task>(
  replica: Replica<T>,
  mutationId: string,
  change: (found: { readonly key: string }) => Partial<PendingMutation<T>>,
): Mutation<T> | undefined {
  const found = findPending(replica, mutationId);
  if (found === undefined) return undefined;
  const amended = { ...found.pending, ...change(found) };
  const lane = replica.pending.get(found.key) ?? [];
  replica.pending.set(
    found.key,
    lane.map((pending) => (pending === found.pending ? amended : pending)),
  );
  return amended.mutation;
}

/** Does this lead to a task under an id that only the server knows? A server without restore makes a task anew. */
function isMaking({ kind }: { readonly kind: string }): boolean {
  return kind === 'create' || kind === 'restore';
}

/** The lane goes where the task is, unless another own new task was found there: then the two look the same anyway. */
function placeMade<T extends Task>(replica: Replica<T>, mutationId: string, id: T['id'], patch: Patch<T>): void {
  const found = findPending(replica, mutationId);
  const to = taskKey(id);
  if (found === undefined || found.key === to) return;
  if (replica.pending.get(to)?.some(({ mutation }) => isMaking(mutation)) !== true) {
    moveLane(replica, found.key, id, patch);
  }
}
