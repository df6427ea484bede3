import { isRecord, isTaskId, type Task, type TaskId } from '../task';
import { eventNameOf, kindOfEventName, type TaskEvent, type TaskEventName } from '../task-event';

/** One message of seed 001, the plain form on `/ws`: what message listeners hear whatever the dialect. */
export interface TaskMessage<T extends Task = Task> {
  readonly type: 'task_update';
  readonly event: TaskEventName;
  /** The whole task; after a delete at least its id. */
  readonly task: T | ({ readonly id: TaskId } & Partial<T>);
  readonly timestamp?: string | null;
}

/** Seed 001's heartbeat, each 30 s. */
export interface PlainPing {
  readonly type: 'ping';
  readonly timestamp: null;
}

/** Seed 001's messages. */
export type WebSocketMessage<T extends Task = Task> = TaskMessage<T> | PlainPing;

/** What one frame of a plain dialect held: the good items, and why each bad one was skipped ([DI1]). */
export interface DecodedFrame {
  readonly events: readonly TaskEvent[];
  readonly skipped: readonly string[];
}

/** Reads one parsed message of seed 001; a heartbeat is a frame without events. Never throws. */
export function decodeTaskUpdate(value: unknown): DecodedFrame {
  if (!isRecord(value)) return skip('not a JSON object');
  if (value.type === 'ping') return { events: [], skipped: [] };
  if (value.type !== 'task_update') return skip(`unknown type ${JSON.stringify(value.type)}`);
  const kind = kindOfEventName(value.event);
  if (kind === undefined) return skip(`unknown event ${JSON.stringify(value.event)}`);
  const { task, timestamp } = value;
  if (!isRecord(task) || !isTaskId(task.id)) return skip('a task without an id');
  const { version, mutationId } = value;
  return {
    events: [
      {
        kind,
        taskId: task.id,
        ...(kind !== 'deleted' && { changes: task as Partial<Task> }),
        ...(kind !== 'deleted' && typeof task.title === 'string' && { task: task as unknown as Task }),
        ...(typeof version === 'number' && { version }),
        ...(typeof mutationId === 'string' && { mutationId }),
        ...(typeof timestamp === 'string' && { at: timestamp }),
      },
    ],
    skipped: [],
  };
}

/** Writes one event in seed 001's form; `timestamp` is the event's own time. */
export function encodeTaskUpdate<T extends Task>(event: TaskEvent<T>): TaskMessage<T> {
  const stub = { id: event.taskId, ...(event.version !== undefined && { version: event.version }) };
  return {
    type: 'task_update',
    event: eventNameOf(event),
    task: event.task ?? ({ ...event.changes, ...stub } as TaskMessage<T>['task']),
    timestamp: event.at ?? null,
  };
}

function skip(reason: string): DecodedFrame {
  return { events: [], skipped: [reason] };
}
