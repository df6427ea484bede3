import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { decodeFrame, errorControl, type Findings } from './decode-frame';
import type { ClientDialect, Dialect, EncodeContext } from './dialect';
import { encodedChanges, encodedRow, encodedTime, encodedWordOf } from './encoded-event';
import { isWordOf, readWord } from './read-event';
import { decodeRow, encodeRow, type Fields, type RowFormat } from './row-format';

/** Seed 000 writes camelCase and calls the owner `userId`. */
const FORMAT: RowFormat = { names: { ownerId: 'userId' }, statuses: {} };

const WORDS = { TASK_CREATED: 'created', TASK_UPDATED: 'updated', TASK_DELETED: 'deleted' } as const;

/** What a batch says of itself when all that changed is in it. */
const COMPLETE_BURST = 'Several changes at once, all of them included.';

/** What the first batch of a connection says of itself. */
export const INITIAL_STATE = 'The tasks as they stand.';

/** A batch that says something like this may not be all. */
const ADVICE = /full (?:sync|state)|fetch|reload|refresh/i;

/** As much of {@link syncService} as a client needs. */
export const syncServiceClient: ClientDialect = {
  decode: (frame) => decodeFrame(frame, readMessage),
  decodeRow: (row) => decodeRow(row, FORMAT),
  encodeRow: (fields) => encodeRow(fields, FORMAT),
};

/** Seed 000: `{type: "TASK_CREATED", payload, timestamp}`, bursts as `BATCH_UPDATE`, faults as `ERROR`. */
export const syncService: Dialect = {
  name: 'sync-service',
  ...syncServiceClient,
  encode: (events, context) =>
    events.length > 1
      ? [encodeBatchUpdate(events, COMPLETE_BURST, context)]
      : events.map((event) => JSON.stringify({ ...update(event), timestamp: encodedTime(event, context) })),
  recognises: (message) =>
    isRecord(message) &&
    isRecord(message.payload) &&
    (isWordOf(WORDS, message.type) || message.type === 'BATCH_UPDATE' || message.type === 'ERROR'),
};

/** Writes any number of events as one `BATCH_UPDATE`; `message` is for people. */
export function encodeBatchUpdate(events: readonly TaskEvent[], message: string, context?: EncodeContext): string {
  const timestamp = context?.sentAt ?? encodedTime(events.at(-1), context);
  return JSON.stringify({ type: 'BATCH_UPDATE', payload: { updates: events.map(update), message }, timestamp });
}

/** Writes a fault as `ERROR`. */
export function encodeSyncServiceError(code: number, message: string, sentAt: string): string {
  return JSON.stringify({ type: 'ERROR', payload: { code, message }, timestamp: sentAt });
}

function readMessage<T extends Task>(message: Fields, found: Findings<T>): void {
  const { type, payload } = message;
  if (type === 'BATCH_UPDATE') readBatch(message, found);
  else if (type === 'ERROR') found.controls.push(errorControl(isRecord(payload) ? payload : {}));
  else readWord('type', WORDS, message, FORMAT, found);
}

/** The items are messages themselves, batches among them; without a time of their own they have the batch's ([DI14]). */
function readBatch<T extends Task>({ payload, timestamp }: Fields, found: Findings<T>): void {
  const { updates, message }: Fields = isRecord(payload) ? payload : {};
  const isAdvice = typeof message === 'string' && ADVICE.test(message);
  if (Array.isArray(updates)) {
    for (const item of updates) found.nested(isRecord(item) ? { timestamp, ...item } : item);
  } else if (!isAdvice) found.skipped.push('a batch without updates');
  if (isAdvice) found.controls.push({ type: 'refetch', reason: message });
}

function update(event: TaskEvent): { readonly type: keyof typeof WORDS; readonly payload: object } {
  switch (encodedWordOf(event)) {
    case 'deleted':
      return { type: 'TASK_DELETED', payload: { taskId: event.taskId } };
    case 'updated':
    case 'completed':
      return {
        type: 'TASK_UPDATED',
        payload: {
          taskId: event.taskId,
          changes: encodedChanges(event, FORMAT),
          ...(event.task && { fullTask: encodedRow(event, FORMAT) }),
        },
      };
    default:
      return { type: 'TASK_CREATED', payload: { task: encodedRow(event, FORMAT) } };
  }
}
