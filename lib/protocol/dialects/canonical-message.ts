import { isCount, isRecord, isTask, isTaskId, type Task } from '@/lib/protocol/task';
import { kindOfEventName, type TaskEvent } from '@/lib/protocol/task-event';
import { isCanonicalTime } from './canonical-time';
import type { Fields } from './row-format';

const COMPLETION: readonly string[] = ['completed', 'status'];

/**
 * Reads a message of seed 001 in which nothing has to be renamed, derived or looked for: the usual one by far, and a
 * twentieth of the price. The task is taken as it is. `undefined` for any other message, also for one that the patient
 * reader would read alike; where there is an event, it is the same as that reader's ([RP21]).
 */
export function readCanonical<T extends Task>(message: unknown): TaskEvent<T> | undefined {
  if (!isRecord(message) || message.type !== 'task_update' || hasMore(message)) return undefined;
  const { event: word, task: row, timestamp } = message;
  const named = kindOfEventName(word);
  if (named === undefined || !isRecord(row) || !isTaskId(row.id) || row.deleted !== undefined) return undefined;
  const isTime = isCanonicalTime(timestamp);
  if (!isTime && timestamp !== undefined && timestamp !== null) return undefined;
  const { id: taskId, version } = row;
  const kind = named === 'unshared' ? 'deleted' : named;
  // In one piece each: objects that grow field by field are dear.
  if (kind === 'deleted') {
    if (isTime && isCount(version)) return { kind, taskId, version, at: timestamp };
    return { kind, taskId, ...(isCount(version) && { version }), ...(isTime && { at: timestamp }) };
  }
  if (!isCanonicalRow<T>(row)) return undefined;
  if (isTime && isCount(version)) {
    return word === 'task.completed'
      ? { kind, taskId, task: row, version, at: timestamp, changedFields: COMPLETION }
      : { kind, taskId, task: row, version, at: timestamp };
  }
  return {
    kind,
    taskId,
    task: row,
    ...(row.version !== undefined && { version: row.version }),
    ...(isTime && { at: timestamp }),
    ...(word === 'task.completed' && { changedFields: COMPLETION }),
  };
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
