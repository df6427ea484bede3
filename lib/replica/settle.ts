import type { Mutation, MutationAnswer, Task } from '@/lib/protocol';
import { isNews, setBase } from './base';
import { findPending, refreshView, takePending } from './overlay';
import { ownResult } from './own-result';
import type { Patch } from './patch';
import { baseOf, type PendingMutation, type Replica, tell } from './replica';
import { bury } from './tombstones';

type Found<T extends Task> = NonNullable<ReturnType<typeof findPending<T>>>;

/** What a server may answer to a change that it did. */
type AnsweredTask<T extends Task> = Extract<MutationAnswer<T>, { outcome: 'done' }>['task'];

/** Marks an own change as being on its way and returns it as it is to be sent, conditional on the newest known base. */
export function markSent<T extends Task>(replica: Replica<T>, mutationId: string): Mutation<T> | undefined {
  const found = findPending(replica, mutationId);
  if (found === undefined) return undefined;
  const { key, pending } = found;
  const sentBase = baseOf(replica, key);
  replace(replica, key, pending, {
    ...pending,
    sent: true,
    tried: true,
    sentBase,
    // What an earlier page may have sent may get an answer from before everything that this page heard ([OB37]).
    sentTick: pending.sentTick ?? (pending.tried ? 0 : replica.tick),
    met: sentBase === pending.sentBase ? pending.met : undefined,
  });
  const { mutation } = pending;
  if (sentBase?.version === undefined || mutation.kind === 'create' || mutation.kind === 'restore') return mutation;
  return { ...mutation, baseVersion: sentBase.version };
}

/**
 * The server did it: its value becomes the base unless something newer is known, and the own change needs no overlay any
 * more ([RP7]).
 *
 * @param now Milliseconds of the caller's monotonic clock; only ages tombstones.
 */
export function acknowledge<T extends Task>(
  replica: Replica<T>,
  mutationId: string,
  answered: AnsweredTask<T>,
  now: number,
  patch: Patch<T>,
): void {
  const found = takePending(replica, mutationId, patch);
  // Its echo, or what the echo led to, told everything that the answer can tell.
  if (found === undefined) return;
  const { key, pending } = found;
  const { mutation, sentTick = replica.tick } = pending;
  const base = baseOf(replica, key);
  // "It is gone" without a version says nothing about a task that changed since the question.
  const saysNothing = answered === undefined && (mutation.kind !== 'delete' || base !== pending.sentBase);
  if (
    saysNothing ||
    isOvertaken(replica, found) ||
    !isNews(replica, key, replica.table.find(key), answered?.version, sentTick)
  ) {
    chain(replica, key, answered);
    refreshView(replica, key, patch);
    return;
  }
  const whole = answered !== undefined && isWhole(answered) ? answered : undefined;
  const before = ownResult(base, mutation, whole, replica.tombstones.get(key)?.last);
  if (whole !== undefined) {
    if (base === undefined) tell(replica, key);
    replica.tombstones.delete(key);
    setBase(replica, replica.table.open(key), whole, patch, { before });
  } else {
    // Without a version of its own it is gone as it was known: what is older must not bring it back ([RP53]).
    bury(replica, key, base, answered?.version ?? base?.version, now, answered?.version !== undefined);
    if (answered === undefined) tell(replica, key);
    setBase(replica, replica.table.open(key), undefined, patch, { before });
  }
}

/**
 * What an earlier page left behind this change was made on its answer and may be done too: it leaves on that base, so that
 * its own answer tells ([OB31]).
 */
function chain<T extends Task>(replica: Replica<T>, key: string, answered: AnsweredTask<T>): void {
  const [next] = replica.pending.get(key) ?? [];
  if (next?.tried !== true || next.sent || answered?.version === undefined || !isWhole(answered)) return;
  replace(replica, key, next, { ...next, sent: true, sentBase: answered });
}

/**
 * The server refused the base: `current` becomes the base, and what nobody else changed is to be sent anew, with the same
 * id ([RP8]).
 */
export function conflict<T extends Task>(replica: Replica<T>, mutationId: string, current: T, patch: Patch<T>): void {
  const found = findPending(replica, mutationId);
  if (found === undefined) return;
  const { key, pending } = found;
  replace(replica, key, pending, { ...pending, sent: false });
  const base = baseOf(replica, key);
  const isNewest =
    isNews(replica, key, replica.table.find(key), current.version, pending.sentTick) && !isOvertaken(replica, found);
  const newest = isNewest ? current : base;
  setBase(replica, replica.table.open(key), newest, patch, { before: pending.sentBase });
}

/**
 * The server had no such task: it goes, and so do the own changes of it, with a receipt ([RP8]). Unless it came back since
 * the question: then what nobody else changed is to be sent anew.
 */
export function gone<T extends Task>(replica: Replica<T>, mutationId: string, now: number, patch: Patch<T>): void {
  const found = findPending(replica, mutationId);
  if (found === undefined) return;
  const { key, pending } = found;
  replace(replica, key, pending, { ...pending, sent: false });
  const base = baseOf(replica, key);
  const isBack = base !== pending.sentBase;
  if (!isBack) {
    bury(replica, key, base, base?.version, now, false);
    tell(replica, key);
  }
  setBase(replica, replica.table.open(key), isBack ? base : undefined, patch, { before: pending.sentBase });
}

/** An attempt ended without an answer: the change is as if it had not been sent. */
export function markUnsent<T extends Task>(replica: Replica<T>, mutationId: string): void {
  const found = findPending(replica, mutationId);
  if (found !== undefined) replace(replica, found.key, found.pending, { ...found.pending, sent: false });
}

/**
 * Did a snapshot that lacks the task come after the request left, or was the task taken away since, with no grave to compare
 * the answer with ([RP52])? Then the answer tells of a task that is gone again. What makes a task may have done so after the
 * snapshot was read: it is shown, and in doubt ([RP55]).
 */
function isOvertaken<T extends Task>(replica: Replica<T>, { key, pending }: Found<T>): boolean {
  if (baseOf(replica, key) !== undefined) return false;
  const { mutation, sentBase, sentTick = replica.tick } = pending;
  if (sentBase !== undefined && !replica.tombstones.has(key)) return true;
  return sentTick < replica.snapshotTick && mutation.kind !== 'create' && mutation.kind !== 'restore';
}

function isWhole<T extends Task>(task: NonNullable<AnsweredTask<T>>): task is T {
  return 'title' in task;
}

function replace<T extends Task>(
  replica: Replica<T>,
  key: string,
  from: PendingMutation<T>,
  to: PendingMutation<T>,
): void {
  const lane = replica.pending.get(key) ?? [];
  replica.pending.set(
    key,
    lane.map((pending) => (pending === from ? to : pending)),
  );
}
