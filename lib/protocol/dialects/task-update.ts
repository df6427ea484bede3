import { isRecord, type Task, type TaskId } from '@/lib/protocol/task';
import type { TaskEvent, TaskEventName } from '@/lib/protocol/task-event';
import { readCanonical } from './canonical-message';
import { decodeFrame, type Findings, naming } from './decode-frame';
import type { ClientDialect, DecodedFrame, Dialect, EncodeContext } from './dialect';
import { encodedTime, encodedWordOf } from './encoded-event';
import { type EventWord, readWord } from './read-event';
import { decodeRow, encodeRow, type Fields, type RowFormat } from './row-format';

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

/** The native names of seed 001, nothing is called otherwise. */
const FORMAT: RowFormat = { names: {}, statuses: {} };

const WORDS: Readonly<Record<TaskEventName, EventWord>> = {
  'task.created': 'created',
  'task.updated': 'updated',
  'task.completed': 'completed',
  'task.deleted': 'deleted',
  'task.restored': 'restored',
  'task.shared': 'shared',
  'task.unshared': 'unshared',
};

/** As much of {@link taskUpdate} as a client needs. */
export const taskUpdateClient: ClientDialect = {
  decode: decodeTaskUpdate,
  decodeRow: (row) => decodeRow(row, FORMAT),
  encodeRow: (fields) => encodeRow(fields, FORMAT),
};

/** Seed 001: `{type: "task_update", event: "task.created", task, timestamp}`. Its native superset is read too. */
export const taskUpdate: Dialect = {
  name: 'task-update',
  ...taskUpdateClient,
  encode: (events, context) => events.map((event) => JSON.stringify(encodeTaskUpdate(event, context))),
  recognises: (message) => isRecord(message) && message.type === 'task_update' && typeof message.event === 'string',
};

/** {@link taskUpdate}'s `decode`, for whoever needs no more of it. */
export function decodeTaskUpdate<T extends Task = Task>(frame: unknown): DecodedFrame<T> {
  const event = readCanonical<T>(frame);
  if (event !== undefined) return { events: [event], controls: [], skipped: [] };
  return decodeFrame<T>(frame, readMessage);
}

/**
 * Writes one event in seed 001's form; `timestamp` is the event's own time. The seed has four words: what was restored or
 * shared is sent as created, what was unshared as deleted ([SV22]).
 */
export function encodeTaskUpdate<T extends Task>(event: TaskEvent<T>, context?: EncodeContext): TaskMessage<T> {
  const word = encodedWordOf(event);
  const stub = { id: event.taskId, ...(event.version !== undefined && { version: event.version }) };
  return {
    type: 'task_update',
    event: `task.${word === 'restored' ? 'created' : word}`,
    task: event.task ?? ({ ...event.changes, ...stub } as TaskMessage<T>['task']),
    timestamp: encodedTime(event, context),
  };
}

function readMessage<T extends Task>(message: Fields, found: Findings<T>): void {
  if (message.type !== 'task_update') found.skipped.push(`unknown type ${naming(message.type)}`);
  else readWord('event', WORDS, message, FORMAT, found);
}
