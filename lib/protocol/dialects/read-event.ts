import { isTask, type Task, type TaskId } from '@/lib/protocol/task';
import type { TaskEvent, TaskEventKind } from '@/lib/protocol/task-event';
import { type Findings, naming } from './decode-frame';
import { messageFacts } from './message-facts';
import { type MessageParts, messageParts } from './message-parts';
import { decodeRow, type Fields, type RowFormat } from './row-format';

/** What a word of a dialect says: an event's kind, `completed` being an update that completes. */
export type EventWord = TaskEventKind | 'completed';

type Content<T extends Task> = Pick<TaskEvent<T>, 'task' | 'changes' | 'changedFields'>;

/** Shown for a task whose server sends no time. */
const NO_TIME = new Date(0).toISOString();

/** A dialect's words for what happened to a task. */
export type Words = Readonly<Record<string, EventWord>>;

/** Is this one of the words? Inherited names are none. */
export function isWordOf<W extends Words>(words: W, value: unknown): value is keyof W & string {
  return typeof value === 'string' && Object.hasOwn(words, value);
}

/**
 * Reads a message in which one word says what happened; one that is not among `words` is skipped.
 *
 * @param field Where the word stands, for people.
 */
export function readWord<T extends Task>(
  field: 'type' | 'event',
  words: Words,
  message: Fields,
  format: RowFormat,
  found: Findings<T>,
): void {
  const word = isWordOf(words, message[field]) ? words[message[field]] : undefined;
  if (word === undefined) found.skipped.push(`unknown ${field} ${naming(message[field])}`);
  else readEvent(word, message, format, found);
}

/** Reads one message about one task into `found`, or skips it with the reason. */
export function readEvent<T extends Task>(
  word: EventWord,
  message: Fields,
  format: RowFormat,
  found: Findings<T>,
): void {
  const parts = messageParts(message);
  const { taskId } = parts;
  if (taskId === undefined) {
    found.skipped.push('a task without an id');
    return;
  }
  const facts = messageFacts(message, parts, format);
  const kind = kindOf(word, parts);
  if (kind === 'deleted') {
    found.events.push({ kind, taskId, ...facts });
    return;
  }
  const content = contentOf<T>(taskId, word, parts, format, facts.at);
  if (content === undefined) found.skipped.push('a change that says nothing about the task');
  else found.events.push({ kind, taskId, ...content, ...facts });
}

/** The row's own `deleted` flag wins over the message's word ([DI12]); to lose access is to lose the task. */
function kindOf(word: EventWord, { row, changes }: MessageParts): TaskEventKind {
  const flag = changes?.deleted ?? row?.deleted;
  if (flag === true || ((word === 'deleted' || word === 'unshared') && flag !== false)) return 'deleted';
  return word === 'completed' || word === 'deleted' || word === 'unshared' ? 'updated' : word;
}

/**
 * A row with every field that a task has replaces the task. One with less than that, but a title, merges into a known task
 * and stands for an unknown one; one without a title is a change only ([DI3]).
 */
function contentOf<T extends Task>(
  taskId: TaskId,
  word: EventWord,
  { row, changes }: MessageParts,
  format: RowFormat,
  at: string | undefined,
): Content<T> | undefined {
  const sent = withoutId(decodeRow({ ...row, ...changes }, format));
  if (Object.keys(sent).length === 0 && word !== 'completed') return undefined;
  const known = word === 'completed' ? { completed: true, status: 'completed', ...sent } : sent;
  const changed = changes === undefined ? known : withoutId(decodeRow(changes, format));
  const task = wholeTask(taskId, known, at);
  const isPartial = changes !== undefined || !isTask({ id: taskId, ...known });
  const changedFields = word === 'completed' ? ['completed', 'status'] : changes && row && Object.keys(changed);
  return {
    // The guard of a task has passed; fields of the application are its own to check.
    ...(task !== undefined && { task: task as T }),
    ...(isPartial && { changes: changed as Partial<T> }),
    ...(changedFields !== undefined && { changedFields }),
  };
}

function withoutId(row: Fields): Fields {
  const { id: _id, ...rest } = row;
  return rest;
}

/** The task as far as it is known, with a stand-in for what its server did not send; none without a title. */
function wholeTask(id: TaskId, known: Fields, at = NO_TIME): Task | undefined {
  const createdAt = typeof known.createdAt === 'string' ? known.createdAt : at;
  const standIn = { status: 'pending', completed: false, createdAt, updatedAt: at, ownerId: '' };
  const task: Fields = { ...standIn, ...known, id };
  return isTask(task) ? task : undefined;
}
