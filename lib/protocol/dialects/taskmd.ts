import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { decodeFrame, type Findings } from './decode-frame';
import type { ClientDialect, Dialect, EncodeContext } from './dialect';
import { encodedRow, encodedWordOf } from './encoded-event';
import { isWordOf, readWord } from './read-event';
import { decodeRow, encodeRow, type Fields, type RowFormat, SNAKE_NAMES } from './row-format';

/** Seed 003 writes snake_case, keeps the description as markdown, and has words of its own. */
const FORMAT: RowFormat = {
  names: { ...SNAKE_NAMES, description: 'markdown_body' },
  statuses: { pending: 'open', completed: 'done' },
};

const WORDS = { 'task.created': 'created', 'task.updated': 'updated', 'task.deleted': 'deleted' } as const;

/** As much of {@link taskmd} as a client needs. */
export const taskmdClient: ClientDialect = {
  decode: (frame) => decodeFrame(frame, readMessage),
  decodeRow: (row) => decodeRow(row, FORMAT),
  encodeRow: (fields) => encodeRow(fields, FORMAT),
};

/** Seed 003: `{type: "task.created", project_id, task_id, data}`, without times. */
export const taskmd: Dialect = {
  name: 'taskmd',
  ...taskmdClient,
  encode: (events, context) => events.map((event) => JSON.stringify(encodeMessage(event, context))),
  recognises: (message) => isRecord(message) && isWordOf(WORDS, message.type),
};

function readMessage<T extends Task>(message: Fields, found: Findings<T>): void {
  readWord('type', WORDS, message, FORMAT, found);
}

function encodeMessage(event: TaskEvent, context: EncodeContext | undefined): object {
  const isGone = encodedWordOf(event) === 'deleted';
  return {
    type: typeOf(event),
    project_id: context?.projectId ?? event.task?.projectId ?? event.changes?.projectId ?? null,
    task_id: event.taskId,
    data: isGone ? { id: event.taskId } : encodedRow(event, FORMAT),
  };
}

function typeOf(event: TaskEvent): keyof typeof WORDS {
  switch (encodedWordOf(event)) {
    case 'deleted':
      return 'task.deleted';
    case 'updated':
    case 'completed':
      return 'task.updated';
    default:
      return 'task.created';
  }
}
