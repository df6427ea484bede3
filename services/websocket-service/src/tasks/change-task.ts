import { isDeepStrictEqual } from 'node:util';
import { Problem } from '@/ports/problem';
import { clientFieldsOf, isServerField, type StoredTask, type TaskFields } from './stored-task';

/** A task after a change, and the names of the fields that differ (never `version` or `updatedAt`). */
export interface TaskChange {
  readonly task: StoredTask;
  readonly changedFields: readonly string[];
}

/** What the service adds to a new task. */
export interface Origin {
  readonly id: string;
  readonly ownerId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Makes a task of version 1 from a client's fields. */
export function newTask(fields: TaskFields, { id, ownerId, now }: Origin): StoredTask {
  const at = timeOf(now);
  const done = doneness(undefined, fields);
  return {
    id,
    ...clientFieldsOf(fields),
    ...done,
    createdAt: at,
    updatedAt: at,
    completedAt: done.completed ? at : null,
    ownerId,
    version: 1,
  } as StoredTask;
}

/** Sets the given fields and leaves the others. Without a difference the very same task comes back ([SV10]). */
export function patchTask(current: StoredTask, fields: TaskFields, now: number): TaskChange {
  return changeTo(current, { ...current, ...clientFieldsOf(fields), ...doneness(current, fields) }, now);
}

/** Replaces all of the client's fields: what the body lacks is gone; without a status the task is pending. */
export function replaceTask(current: StoredTask, fields: TaskFields, now: number): TaskChange {
  const own = Object.fromEntries(Object.entries(current).filter(([field]) => isServerField(field)));
  const isSilent = fields.status === undefined && fields.completed === undefined;
  const done = doneness(isSilent ? undefined : current, fields);
  return changeTo(current, { ...own, ...clientFieldsOf(fields), ...done }, now);
}

/** The next version of a task, otherwise as it is: deleting and restoring count as changes. */
export function bumpTask(current: StoredTask, now: number): StoredTask {
  return { ...current, updatedAt: timeOf(now), version: current.version + 1 };
}

function changeTo(current: StoredTask, wanted: TaskFields, now: number): TaskChange {
  const at = timeOf(now);
  const completedAt = wanted.completed === true ? (current.completedAt ?? at) : null;
  const next = { ...wanted, completedAt };
  const changedFields = differingFields(current, next);
  if (changedFields.length === 0) return { task: current, changedFields };
  return { task: { ...next, updatedAt: at, version: current.version + 1 } as unknown as StoredTask, changedFields };
}

/** Keeps `status` and `completed` in step ([SV8]): either one alone decides the other. */
function doneness(
  current: StoredTask | undefined,
  { status, completed }: TaskFields,
): Pick<StoredTask, 'status' | 'completed'> {
  if (status === undefined && completed === undefined) {
    return { status: current?.status ?? 'pending', completed: current?.completed ?? false };
  }
  if (completed === undefined) return byStatus(status);
  if (status === undefined) return byCompleted(current, completed);
  if ((status === 'completed') === completed) return byStatus(status);
  if (current !== undefined && status === current.status) return byCompleted(current, completed);
  if (current !== undefined && completed === current.completed) return byStatus(status);
  throw new Problem(
    400,
    `status "${String(status)}" and completed ${String(completed)} contradict each other: send one of them.`,
  );
}

function byStatus(status: unknown): Pick<StoredTask, 'status' | 'completed'> {
  const known = status === 'completed' || status === 'in_progress' ? status : 'pending';
  return { status: known, completed: known === 'completed' };
}

function byCompleted(current: StoredTask | undefined, completed: unknown): Pick<StoredTask, 'status' | 'completed'> {
  // A backend's own word for the same doneness stays.
  if (current !== undefined && completed === current.completed) return { status: current.status, completed };
  if (completed === true) return { status: 'completed', completed: true };
  return { status: current?.status === 'in_progress' ? 'in_progress' : 'pending', completed: false };
}

/** The names of the fields that differ, in the order of the later state. */
export function differingFields(before: TaskFields, after: TaskFields): readonly string[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...fields].filter((field) => !isDeepStrictEqual(ownValue(before, field), ownValue(after, field)));
}

function ownValue(fields: TaskFields, field: string): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
