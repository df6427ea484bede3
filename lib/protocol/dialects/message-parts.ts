import { isRecord, isTaskId, type TaskId } from '@/lib/protocol/task';
import type { Fields } from './row-format';

/** Where the parts of a message about one task really stand. */
export interface MessageParts {
  /** The message and what it carries, outermost first. */
  readonly places: readonly Fields[];
  /** The task's row, whole or not. */
  readonly row?: Fields;
  /** Only the changed fields, from servers that say so. */
  readonly changes?: Fields;
  readonly metadata: Fields;
  readonly taskId?: TaskId;
}

const ROW_NAMES = ['task', 'task_data', 'fullTask', 'full_task'] as const;
const ID_NAMES = ['taskId', 'task_id'] as const;

/**
 * Finds the row under any of the names that servers use for it: `task`, `task_data`, `payload.task`, `fullTask`,
 * `data.payload`, `data`, `payload` ([DI9]). A row may lack its id where the message has one.
 */
export function messageParts(message: Fields): MessageParts {
  const { payload, data, metadata } = message;
  const inner = isRecord(data) ? data.payload : undefined;
  const places = [message, payload, data, inner].filter(isRecord);
  const changes = places.map((place) => place.changes).find(isRecord);
  const named = places.flatMap((place) => ROW_NAMES.map((name) => place[name])).find(isRecord);
  const bare = changes === undefined ? places.slice(1).at(-1) : undefined;
  const row = named ?? (bare === undefined ? undefined : withoutIdNames(bare));
  const ids = [row?.id, ...places.flatMap((place) => ID_NAMES.map((name) => place[name])), changes?.id];
  const taskId = ids.find(isTaskId);
  return {
    places,
    ...(row !== undefined && { row }),
    ...(changes !== undefined && { changes }),
    metadata: isRecord(metadata) ? metadata : {},
    ...(taskId !== undefined && { taskId }),
  };
}

/** A payload that is the row itself may call its id otherwise; that name is no field of the task. */
function withoutIdNames(row: Fields): Fields {
  const { taskId: _taskId, task_id: _id, ...rest } = row;
  return rest;
}
