import { type Actor, type Mutation, type Task, taskKey } from '@/lib/protocol';
import { project } from './overlay';
import { ownResult } from './own-result';
import type { ConflictReceipt } from './patch';
import type { PendingMutation } from './replica';
import { sameContent, sameValue } from './same-value';

/** A lane of own changes after the base beneath it changed. */
export interface RebasedLane<T extends Task> {
  readonly lane: readonly PendingMutation<T>[];
  readonly receipts: readonly ConflictReceipt[];
  /** Ids of changes of which nothing is left. */
  readonly withdrawn: readonly string[];
}

/**
 * Puts a task's own changes onto a newer base, each on top of those before it. A change that is in flight stays as it is:
 * its answer decides ([RP8]).
 */
export function rebaseLane<T extends Task>(
  lane: readonly PendingMutation<T>[],
  before: T | undefined,
  after: T | undefined,
  actor: Actor | undefined,
): RebasedLane<T> {
  const kept: PendingMutation<T>[] = [];
  const receipts: ConflictReceipt[] = [];
  const withdrawn: string[] = [];
  let made = before;
  let now = after;
  for (const pending of lane) {
    const { mutation } = pending;
    // What an earlier page left behind a change whose answer is awaited may be done like it: its own answer decides ([OB31]).
    const isOpen = pending.sent || (pending.tried && lane[0]?.sent === true);
    const rebased: Rebased<T> = isOpen ? { mutation, receipts: [] } : rebase(pending, made, now, actor);
    receipts.push(...rebased.receipts);
    // Whatever has come of an own create since: only then it can be told from what somebody else did.
    made = mutation.kind === 'create' ? ownResult(made, mutation, after, before) : project(made, mutation, before);
    if (rebased.mutation === undefined) {
      withdrawn.push(mutation.id);
    } else {
      now = project(now, rebased.mutation, after);
      const met = isOpen && actor !== undefined ? metBy(pending, before, after, actor) : pending.met;
      const isSame = rebased.mutation === mutation && met === pending.met;
      kept.push(isSame ? pending : { ...pending, mutation: rebased.mutation, met });
    }
  }
  return { lane: kept, receipts, withdrawn };
}

/** What is left of an own change after somebody else changed the task. */
interface Rebased<T extends Task> {
  /** The change with the fields that still stand; `undefined` when nothing is left of it. */
  readonly mutation: Mutation<T> | undefined;
  readonly receipts: readonly ConflictReceipt[];
}

/**
 * Puts an own change onto a newer base, remote wins: a field that both changed to different values is withdrawn with a
 * receipt, one that both changed alike needs no sending, all others stay. A delete is withdrawn from a task that somebody
 * edited meanwhile, a change from one that somebody deleted ([RP8]).
 */
function rebase<T extends Task>(
  { mutation, met }: PendingMutation<T>,
  before: T | undefined,
  after: T | undefined,
  actor: Actor | undefined,
): Rebased<T> {
  if (mutation.kind === 'create' || mutation.kind === 'restore') return { mutation, receipts: [] };
  const who = (field: string, theirs: unknown) => {
    const author = actor ?? authorIn(met, field, theirs);
    return author && { actor: author };
  };
  if (mutation.kind === 'delete') {
    if (after === undefined) return { mutation: undefined, receipts: [] };
    if (before === undefined || sameContent(before, after)) return { mutation, receipts: [] };
    return { mutation: undefined, receipts: [whole(mutation, undefined, after, who('*', after))] };
  }
  if (after === undefined) {
    return { mutation: undefined, receipts: [whole(mutation, mutation.changes, undefined, who('*', undefined))] };
  }
  const receipts: ConflictReceipt[] = [];
  const kept = Object.entries(mutation.changes).filter(([field, yours]) => {
    const theirs = fieldOf(after, field);
    if (sameValue(theirs, yours)) return false;
    if (before === undefined || sameValue(theirs, fieldOf(before, field))) return true;
    receipts.push({
      id: `${taskKey(mutation.taskId)}:${field}`,
      taskId: mutation.taskId,
      field,
      yours,
      theirs,
      ...(who(field, theirs) ?? (after.version !== undefined && { asOf: after.version })),
    });
    return false;
  });
  // A state is one fact in two fields: somebody else's word on either withdraws both, with one receipt.
  const isStateLost = receipts.some(({ field }) => isStateField(field));
  const left = isStateLost ? kept.filter(([field]) => !isStateField(field)) : kept;
  if (left.length === 0) return { mutation: undefined, receipts: oneOfState(receipts) };
  const changes = Object.fromEntries(left) as typeof mutation.changes;
  return { mutation: { ...mutation, changes }, receipts: oneOfState(receipts) };
}

/** Remembers who took what a change in flight is about: its answer names nobody ([OB33]). */
function metBy<T extends Task>(
  { mutation, met }: PendingMutation<T>,
  before: T | undefined,
  after: T | undefined,
  actor: Actor,
): PendingMutation<T>['met'] {
  if (mutation.kind !== 'update' && mutation.kind !== 'delete') return met;
  const all = new Map(met);
  if (mutation.kind === 'delete' || after === undefined) return all.set('*', { actor, theirs: after });
  for (const field of Object.keys(mutation.changes)) {
    const theirs = fieldOf(after, field);
    if (before !== undefined && !sameValue(theirs, fieldOf(before, field))) all.set(field, { actor, theirs });
  }
  return all;
}

function authorIn(met: PendingMutation<Task>['met'], field: string, theirs: unknown): Actor | undefined {
  const author = met?.get(field);
  return author !== undefined && sameValue(author.theirs, theirs) ? author.actor : undefined;
}

function isStateField(field: string): boolean {
  return field === 'status' || field === 'completed';
}

function oneOfState(receipts: readonly ConflictReceipt[]): readonly ConflictReceipt[] {
  const state = receipts.find(({ field }) => field === 'status') ?? receipts.find(({ field }) => field === 'completed');
  return receipts.filter((receipt) => !isStateField(receipt.field) || receipt === state);
}

function whole(
  mutation: Mutation,
  yours: unknown,
  theirs: unknown,
  who: { actor: Actor } | undefined,
): ConflictReceipt {
  return { id: `${taskKey(mutation.taskId)}:*`, taskId: mutation.taskId, field: '*', yours, theirs, ...who };
}

function fieldOf(task: Task, field: string): unknown {
  return Object.hasOwn(task, field) ? Reflect.get(task, field) : undefined;
}
