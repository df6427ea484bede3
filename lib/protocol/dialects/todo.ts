import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { decodeFrame, type Findings } from './decode-frame';
import type { ClientDialect, Dialect, EncodeContext } from './dialect';
import { encodedRow, encodedTime, encodedWordOf } from './encoded-event';
import { isWordOf, readWord } from './read-event';
import { decodeRow, encodeRow, type Fields, type RowFormat, SNAKE_NAMES } from './row-format';

/** Seed 004 writes snake_case, as the FastAPI application does. */
const FORMAT: RowFormat = { names: SNAKE_NAMES, statuses: {} };

const WORDS = { TASK_CREATED: 'created', TASK_UPDATED: 'updated', TASK_DELETED: 'deleted' } as const;

/** As much of {@link todo} as a client needs. */
export const todoClient: ClientDialect = {
  decode: (frame) => decodeFrame(frame, readMessage),
  decodeRow: (row) => decodeRow(row, FORMAT),
  encodeRow: (fields) => encodeRow(fields, FORMAT),
};

/** Seed 004: `AUTH`, `AUTH_SUCCESS`, then `{type: "TASK_CREATED", task, timestamp}` and `{type: "TASK_DELETED", task_id, timestamp}`. */
export const todo: Dialect = {
  name: 'todo',
  ...todoClient,
  encode: (events, context) => events.map((event) => JSON.stringify(encodeMessage(event, context))),
  recognises: (message) =>
    isRecord(message) &&
    !isRecord(message.payload) &&
    (isWordOf(WORDS, message.type) || message.type === 'AUTH_SUCCESS'),
};

/** Writes the client's first message. */
export function encodeTodoAuth(token: string): string {
  return JSON.stringify({ type: 'AUTH', token });
}

/** The token of a first message; `undefined` where the text is none. Never throws. */
export function decodeTodoAuth(message: unknown): string | undefined {
  return isRecord(message) && message.type === 'AUTH' && typeof message.token === 'string' ? message.token : undefined;
}

/** Writes the server's answer to it. */
export function encodeTodoAuthSuccess(userId: string): string {
  return JSON.stringify({ type: 'AUTH_SUCCESS', user_id: userId });
}

function readMessage<T extends Task>(message: Fields, found: Findings<T>): void {
  readWord('type', WORDS, message, FORMAT, found);
}

function encodeMessage(event: TaskEvent, context: EncodeContext | undefined): object {
  const timestamp = encodedTime(event, context);
  switch (encodedWordOf(event)) {
    case 'deleted':
      return { type: 'TASK_DELETED', task_id: event.taskId, timestamp };
    case 'updated':
    case 'completed':
      return { type: 'TASK_UPDATED', task: encodedRow(event, FORMAT), timestamp };
    default:
      return { type: 'TASK_CREATED', task: encodedRow(event, FORMAT), timestamp };
  }
}
