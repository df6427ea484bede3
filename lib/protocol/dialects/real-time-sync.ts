import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { decodeFrame, type Findings, naming } from './decode-frame';
import type { ClientDialect, Dialect, EncodeContext } from './dialect';
import { changedNamesOf, encodedFieldNames, encodedRow, encodedTime, encodedWordOf, ownerOf } from './encoded-event';
import { readEvent } from './read-event';
import { decodeRow, encodeRow, type Fields, type RowFormat, SNAKE_NAMES, wordOf } from './row-format';

/** Seed 002 writes snake_case, calls the owner `user_id`, and hyphenates. */
const FORMAT: RowFormat = { names: SNAKE_NAMES, statuses: { in_progress: 'in-progress' } };

/** Seed 002's event types and the actions that go with them. */
const ACTIONS = {
  TASK_ADDED: 'task_created',
  TASK_CHANGED: 'task_updated',
  TASK_STATUS_CHANGED: 'task_status_changed',
  TASK_REMOVED: 'task_deleted',
  TASK_RESTORED: 'task_restored',
} as const;

type EventType = keyof typeof ACTIONS;

const WORDS = {
  TASK_ADDED: 'created',
  TASK_CHANGED: 'updated',
  TASK_STATUS_CHANGED: 'updated',
  TASK_REMOVED: 'deleted',
  TASK_RESTORED: 'restored',
} as const;

/** What a change of status alone touches. */
const STATUS_FIELDS: readonly string[] = ['status', 'completed', 'completedAt'];

const FORMAT_VERSION = '1.0.0';

/** As much of {@link realTimeSync} as a client needs. */
export const realTimeSyncClient: ClientDialect = {
  decode: (frame) => decodeFrame(frame, readMessage),
  decodeRow: (row) => decodeRow(row, FORMAT),
  encodeRow: (fields) => encodeRow(fields, FORMAT),
};

/** Seed 002: `{type: "task_update", action, event_type, task_id, user_id, data, timestamp, metadata}`. */
export const realTimeSync: Dialect = {
  name: 'real-time-sync',
  ...realTimeSyncClient,
  encode: (events, context) => events.map((event) => JSON.stringify(encodeMessage(event, context))),
  recognises: (message) => isRecord(message) && typeof message.event !== 'string' && eventTypeOf(message) !== undefined,
};

function readMessage<T extends Task>(message: Fields, found: Findings<T>): void {
  const eventType = eventTypeOf(message);
  if (eventType !== undefined) readEvent(WORDS[eventType], message, FORMAT, found);
  else if (message.type !== 'task_update') found.skipped.push(`unknown type ${naming(message.type)}`);
  else found.skipped.push(`unknown event type ${naming(message.event_type ?? message.action)}`);
}

/** The event type, by itself, as the type of a bare event, or by its action; `task_unknown_event` is none. */
function eventTypeOf({ type, event_type: eventType, action }: Fields): EventType | undefined {
  for (const word of [eventType, type]) {
    if (typeof word === 'string' && Object.hasOwn(ACTIONS, word)) return word as EventType;
  }
  const found = Object.entries(ACTIONS).find(([, known]) => known === action);
  return found?.[0] as EventType | undefined;
}

function encodeMessage(event: TaskEvent, context: EncodeContext | undefined): object {
  const eventType = encodedTypeOf(event);
  const userId = ownerOf(event, context);
  const isUpdate = eventType === 'TASK_CHANGED' || eventType === 'TASK_STATUS_CHANGED';
  return {
    type: 'task_update',
    action: ACTIONS[eventType],
    event_type: eventType,
    task_id: event.taskId,
    ...(userId !== undefined && { user_id: userId }),
    data: { ...encodedRow(event, FORMAT), ...(userId !== undefined && { user_id: userId }) },
    timestamp: encodedTime(event, context),
    metadata: {
      source: 'taskwire',
      version: FORMAT_VERSION,
      ...(isUpdate && { fields_changed: encodedFieldNames(event, FORMAT) }),
      ...(event.previousStatus !== undefined && { previous_status: wordOf(event.previousStatus, FORMAT) }),
    },
  };
}

function encodedTypeOf(event: TaskEvent): EventType {
  switch (encodedWordOf(event)) {
    case 'created':
      return 'TASK_ADDED';
    case 'deleted':
      return 'TASK_REMOVED';
    case 'restored':
      return 'TASK_RESTORED';
    default: {
      const names = changedNamesOf(event);
      const isStatus = names.includes('status') && names.every((name) => STATUS_FIELDS.includes(name));
      return isStatus ? 'TASK_STATUS_CHANGED' : 'TASK_CHANGED';
    }
  }
}
