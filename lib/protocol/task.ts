/** A task's id exactly as its server gave it. Two ids are the same task when their strings are equal ([RP1]). */
export type TaskId = string | number;

/** The three states of a native task. */
export type TaskStatus = 'pending' | 'in_progress' | 'completed';

/** How much a native task matters. */
export type TaskPriority = 'low' | 'medium' | 'high' | 'urgent';

/**
 * One task, the canonical shape (docs/PROTOCOL.md section 1). Applications extend it with fields of their own: every
 * part of Taskwire is generic over `T extends Task` and keeps fields that it does not know.
 */
export interface Task {
  readonly id: TaskId;
  readonly title: string;
  readonly description?: string | null;
  /** A {@link TaskStatus} natively; other servers may use any word. */
  readonly status: TaskStatus | (string & {});
  readonly completed: boolean;
  readonly priority?: TaskPriority | (string & {}) | null;
  /** ISO 8601 UTC. */
  readonly dueAt?: string | null;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC; for people, never for order. */
  readonly updatedAt: string;
  /** ISO 8601 UTC. */
  readonly completedAt?: string | null;
  readonly ownerId: string;
  readonly projectId?: string | null;
  /** Plus one at each change of this task, deletes included; absent from foreign servers. */
  readonly version?: number;
}

/** The identity of a task: `5` and `"5"` are one ([RP1]). */
export function taskKey(id: TaskId): string {
  return typeof id === 'string' ? id : String(id);
}

/** Is this a usable task id? The empty string and non-finite numbers are not. */
export function isTaskId(value: unknown): value is TaskId {
  return isText(value) ? value !== '' : Number.isFinite(value);
}

/** Says whether a status word means that the task is done; used when a server sends no `completed` ([DI2]). */
export function isDoneStatus(status: unknown): boolean {
  return status === 'completed' || status === 'done' || status === 'closed';
}

/** Is this a whole native task? Checks in place and allocates nothing: it stands on the hot path of every event. */
export function isTask(value: unknown): value is Task {
  return (
    isRecord(value) &&
    isTaskId(value.id) &&
    isText(value.title) &&
    isText(value.status) &&
    typeof value.completed === 'boolean' &&
    isText(value.createdAt) &&
    isText(value.updatedAt) &&
    isText(value.ownerId) &&
    isText(value.description ?? '') &&
    isText(value.priority ?? '') &&
    isText(value.dueAt ?? '') &&
    isText(value.completedAt ?? '') &&
    isText(value.projectId ?? '') &&
    (value.version === undefined || isCount(value.version))
  );
}

/** Is this a plain JSON object (not null, not an array)? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Is this an integer from zero up that JavaScript holds exactly? */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Is this a text? The empty one is. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
