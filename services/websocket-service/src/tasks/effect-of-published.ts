import { differingFields } from './change-task';
import type { StandingTask } from './effect-of-command';
import type { PublishedEvent } from './published-event';
import type { StoredTask } from './stored-task';
import type { TaskFact } from './task-events';

/** What a published event comes to. */
export type PublishedEffect =
  /** `fact` is absent where only the sharing changes. */
  | { readonly outcome: 'accepted'; readonly task: StoredTask; readonly fact?: TaskFact }
  /** The service knows this version, or a newer one. */
  | { readonly outcome: 'stale' }
  /** A partial change of a task that the service does not know (yet). */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'rejected'; readonly reason: string };

/**
 * Decides what a published event does to its task: partial data merges; without a version it is the stored one plus one, a
 * given one is kept; what is not newer is stale ([SV82]). Pure.
 *
 * @param now Milliseconds since 1970; used where the event has no time.
 */
export function effectOfPublished(
  event: PublishedEvent,
  standing: StandingTask | undefined,
  now: number,
): PublishedEffect {
  if (event.kind === 'shared') {
    return standing === undefined ? { outcome: 'unknown' } : { outcome: 'accepted', task: standing.task };
  }
  const at = event.at ?? new Date(now).toISOString();
  if (standing === undefined) return effectOnNew(event, at);
  const { task: before, isDeleted } = standing;
  const version = event.version ?? before.version + 1;
  if (version <= before.version) return { outcome: 'stale' };
  // A change that names no version and finds the task deleted is late, not newer.
  if (isDeleted && event.version === undefined && (event.kind === 'updated' || event.kind === 'deleted')) {
    return { outcome: 'stale' };
  }
  const merged: StoredTask = { ...before, updatedAt: at, ...event.fields, id: before.id, version };
  const task = { ...merged, completedAt: completedAtOf(event, merged, before.completedAt, at) };
  return { outcome: 'accepted', task, fact: factOf(event, task, isDeleted ? undefined : before) };
}

function effectOnNew(event: PublishedEvent, at: string): PublishedEffect {
  if (!event.isWhole) return { outcome: 'unknown' };
  const ownerId = event.fields.ownerId ?? event.userId;
  if (typeof ownerId !== 'string') {
    return { outcome: 'rejected', reason: 'user_id is missing, and the service does not know the task’s owner.' };
  }
  const made = {
    status: 'pending',
    completed: false,
    createdAt: at,
    updatedAt: at,
    ...event.fields,
    id: event.taskId,
    ownerId,
    version: event.version ?? 1,
  } as unknown as StoredTask;
  const task = { ...made, completedAt: completedAtOf(event, made, null, at) };
  return { outcome: 'accepted', task, fact: factOf(event, task, undefined) };
}

/** @param before The living task before it. */
function factOf(event: PublishedEvent, task: StoredTask, before: StoredTask | undefined): TaskFact {
  const { kind, at, actor, mutationId } = event;
  const isUpdate = kind === 'updated' && before !== undefined;
  const differing = isUpdate ? differingFields(before, task).filter(isTold) : [];
  // What a status implies is told as well: a backend names the status alone.
  const changedFields = [
    ...new Set([...(event.changedFields ?? differing), ...differing.filter((field) => DERIVED.has(field))]),
  ];
  const stored = isUpdate && before.status !== task.status ? before.status : undefined;
  // The backend knows what it was, also where the service hears of the task for the first time.
  const previousStatus = event.previousStatus ?? stored;
  return {
    kind: kind === 'shared' ? 'updated' : kind,
    task,
    ...(at !== undefined && { at }),
    ...(isUpdate && { changedFields }),
    ...(kind === 'updated' && previousStatus !== undefined && { previousStatus }),
    ...(actor && { actor }),
    ...(mutationId !== undefined && { mutationId }),
  };
}

const DERIVED: ReadonlySet<string> = new Set(['completed', 'completedAt']);

function isTold(field: string): boolean {
  return field !== 'version' && field !== 'updatedAt';
}

function completedAtOf(
  { fields }: PublishedEvent,
  { completed }: StoredTask,
  before: string | null | undefined,
  at: string,
): string | null {
  const given = fields.completedAt;
  if (typeof given === 'string' || given === null) return given;
  return completed ? (before ?? at) : null;
}
