import { isCount, isRecord, isTask, isTaskId, type Task } from '@/lib/protocol/task';
import { kindOfEventName, type TaskEvent } from '@/lib/protocol/task-event';
import { isCanonicalTime } from './canonical-time';
import type { Fields } from './row-format';

type Mutable<E> = { -readonly [K in keyof E]: E[K] };

const COMPLETION: readonly string[] = ['completed', 'status'];

/**
 * Reads a message of seed 001 in which nothing has to be renamed, derived or looked for: the usual one by far, and a
 * twentieth of the price. The task is taken as it is. `undefined` for any other message, also for one that the patient
 * reader would read alike; where there is an event, it is the same as that reader's ([RP21]).
 */
export function readCanonical<T extends Task>(message: unknown): TaskEvent<T> | undefined {
  if (!isRecord(message) || message.type !== 'task_update' || hasMore(message)) return undefined;
  const { event: word, task: row, timestamp } = message;
  const kind = kindOfEventName(word);
  if (kind === undefined || !isRecord(row) || !isTaskId(row.id) || row.deleted !== undefined) return undefined;
  const event: Mutable<TaskEvent<T>> = { kind, taskId: row.id };
  if (kind === 'deleted' || kind === 'unshared') event.kind = 'deleted';
  else if (isCanonicalRow<T>(row)) event.task = row;
  else return undefined;
  if (isCount(row.version)) event.version = row.version;
  if (isCanonicalTime(timestamp)) event.at = timestamp;
  else if (timestamp !== undefined && timestamp !== null) return undefined;
  if (word === 'task.completed') event.changedFields = COMPLETION;
  return event;
}

/** Does a message say anything that only some servers say? */
function hasMore(message: Fields): boolean {
  for (const name in message) {
    if (name !== 'task' && name !== 'event' && name !== 'type' && name !== 'timestamp') return true;
  }
  return false;
}

/** A whole task with canonical names and times; fields of the application are its own to check. */
function isCanonicalRow<T extends Task>(row: Fields): row is Fields & T {
  return (
    isTask(row) &&
    isCanonicalTime(row.createdAt) &&
    isCanonicalTime(row.updatedAt) &&
    (row.completedAt == null || isCanonicalTime(row.completedAt)) &&
    (row.dueAt == null || isCanonicalTime(row.dueAt)) &&
    row.ownerId !== '' &&
    row.priority !== '' &&
    row.projectId !== '' &&
    !hasOtherNames(row)
  );
}

/** Names by which other servers call known fields. */
function hasOtherNames(row: Fields): boolean {
  return (
    row.created_at !== undefined ||
    row.updated_at !== undefined ||
    row.completed_at !== undefined ||
    row.due_at !== undefined ||
    row.user_id !== undefined ||
    row.userId !== undefined ||
    row.owner_id !== undefined ||
    row.project_id !== undefined
  );
}
