import type { Task } from '@/lib/protocol';
import type { TaskRow } from '@/ports/schema';

/** Field names chosen by clients, with any JSON value. */
export type TaskFields = Readonly<Record<string, unknown>>;

/**
 * A task as this service keeps it: with a version, and whatever fields clients added. Its id is a number and its status
 * another word than the native ones only where a backend published it so.
 */
export interface StoredTask extends Task {
  readonly version: number;
  readonly [field: string]: unknown;
}

/** Fields that only the service writes; in a client's body they are ignored ([SV9]). */
const SERVER_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'ownerId',
  'version',
  'createdAt',
  'updatedAt',
  'completedAt',
]);

/** Is the field the service's own? */
export function isServerField(field: string): boolean {
  return SERVER_FIELDS.has(field);
}

/** A client's fields without the service's own. A `__proto__` key stays the plain data that it is. */
export function clientFieldsOf(fields: TaskFields): TaskFields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !isServerField(field)));
}

/** The row of a task, but for what it began with. */
export function rowOf(task: StoredTask, isDeleted: boolean): Omit<TaskRow, 'since'> {
  return {
    id: String(task.id),
    owner_id: task.ownerId,
    project_id: task.projectId ?? null,
    status: task.status,
    search_text: searchTextOf(`${task.title}\n${task.description ?? ''}`),
    version: task.version,
    deleted: isDeleted ? 1 : 0,
    body: textOfTask(task),
  };
}

const texts = new WeakMap<StoredTask, string>();

/** A task as JSON: its row, its events and its size ask for the same text, which is made once. */
export function textOfTask(task: StoredTask): string {
  const known = texts.get(task);
  if (known !== undefined) return known;
  const text = JSON.stringify(task);
  texts.set(task, text);
  return text;
}

/** The task of a row. */
export function taskOf(row: Pick<TaskRow, 'body'>): StoredTask {
  return JSON.parse(row.body) as StoredTask;
}

/**
 * Do a task's own fields take more than `maxBytes` as JSON, without those that every task has from the service? Where the
 * whole text can't be that large, nothing is counted.
 */
export function isTooLarge(task: StoredTask, maxBytes: number): boolean {
  return textOfTask(task).length * MAX_BYTES_OF_CHAR > maxBytes && sizeOfFields(task) > maxBytes;
}

/** UTF-8 needs no more for one of JavaScript's characters. */
const MAX_BYTES_OF_CHAR = 3;

function sizeOfFields(task: StoredTask): number {
  const { status, completed, ...fields } = clientFieldsOf(task);
  return Buffer.byteLength(JSON.stringify(fields));
}

/** Printable ASCII, and what breaks its lines. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** How texts are compared by `search`: without regard to case. PostgreSQL keeps no NUL in a text. */
export function searchTextOf(text: string): string {
  // Most texts are in no other form.
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toLowerCase().replaceAll('\u0000', '');
}
