import { isCount, isDoneStatus, isRecord, isTaskId, type Task, type TaskId } from '@/lib/protocol/task';
import { eventNameOf, isActor, kindOfEventName, type TaskEvent, type TaskEventName } from '@/lib/protocol/task-event';

type Mutable<E> = { -readonly [K in keyof E]: E[K] };

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
export interface DecodedFrame<T extends Task = Task> {
  readonly events: readonly TaskEvent<T>[];
  readonly skipped: readonly string[];
}

/**
 * Reads one parsed message of seed 001 or its native superset; a heartbeat is a frame without events. A row with a title
 * is a whole task, one without is a partial change ([DI3]). Never throws.
 */
export function decodeTaskUpdate<T extends Task = Task>(value: unknown): DecodedFrame<T> {
  if (!isRecord(value)) return skip('not a JSON object');
  if (value.type === 'ping') return { events: [], skipped: [] };
  if (value.type !== 'task_update') return skip(`unknown type ${JSON.stringify(value.type)}`);
  const kind = kindOfEventName(value.event);
  if (kind === undefined) return skip(`unknown event ${JSON.stringify(value.event)}`);
  const { task, timestamp, mutationId, channel } = value;
  if (!isRecord(task) || !isTaskId(task.id)) return skip('a task without an id');
  const version = value.version ?? task.version;
  const row = withDerivedFields<T>(task);
  const event: Mutable<TaskEvent<T>> = { kind, taskId: task.id };
  if (kind !== 'deleted') {
    if (isWholeRow(row)) event.task = row;
    else event.changes = row;
  }
  if (isCount(version)) event.version = version;
  if (typeof mutationId === 'string') event.mutationId = mutationId;
  if (typeof channel === 'string') event.channel = channel;
  if (typeof timestamp === 'string') event.at = timestamp;
  if (isActor(value.actor)) event.actor = value.actor;
  return { events: [event], skipped: [] };
}

/**
 * Writes one event in seed 001's form; `timestamp` is the event's own time. The seed has four words: what was restored or
 * shared is sent as created, what was unshared as deleted ([SV22]).
 */
export function encodeTaskUpdate<T extends Task>(event: TaskEvent<T>): TaskMessage<T> {
  const stub = { id: event.taskId, ...(event.version !== undefined && { version: event.version }) };
  return {
    type: 'task_update',
    event: seedNameOf(eventNameOf(event)),
    task: event.task ?? ({ ...event.changes, ...stub } as TaskMessage<T>['task']),
    timestamp: event.at ?? null,
  };
}

function seedNameOf(name: TaskEventName): TaskEventName {
  if (name === 'task.restored' || name === 'task.shared') return 'task.created';
  return name === 'task.unshared' ? 'task.deleted' : name;
}

/** `completed` and `status` say the same; servers may send only one of them ([DI2]). */
function withDerivedFields<T extends Task>(row: Readonly<Record<string, unknown>>): Partial<T> {
  const { completed, status } = row;
  let whole = row;
  if (completed === undefined && status !== undefined) whole = { ...row, completed: isDoneStatus(status) };
  if (status === undefined && typeof completed === 'boolean') {
    whole = { ...row, status: completed ? 'completed' : 'pending' };
  }
  return whole as Partial<T>;
}

function isWholeRow<T extends Task>(row: Partial<T>): row is T {
  return typeof row.title === 'string';
}

function skip(reason: string): { events: []; skipped: string[] } {
  return { events: [], skipped: [reason] };
}
