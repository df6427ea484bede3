import { type Dialect, isRecord, isTaskId, type Task } from '@/lib/protocol';

/** How a server's rows are read. */
export type RowReader = Pick<Dialect, 'decodeRow'>;

/** Stands where a server gave no time; it is older than nothing. */
const NO_TIME = '1970-01-01T00:00:00.000Z';

const LIST_NAMES = ['tasks', 'items', 'results', 'todos', 'data', 'payload'];
const ROW_NAMES = ['task', 'data', 'payload', 'item', 'result'];

/** One page of a list. */
export interface RowPage {
  readonly rows: readonly unknown[];
  /** The query of the next page. */
  readonly next?: string;
  /** How many tasks there are in all, where the server says so. */
  readonly total?: number;
}

/** Finds the rows in whatever a server wraps them in; `undefined` when there is no list. */
export function pageOf(body: unknown): RowPage | undefined {
  if (Array.isArray(body)) return { rows: body };
  if (!isRecord(body)) return undefined;
  for (const name of LIST_NAMES) {
    const inner = body[name];
    const page = Array.isArray(inner) ? { rows: inner } : isRecord(inner) ? pageOf(inner) : undefined;
    if (page === undefined) continue;
    const cursor = body.nextCursor ?? body.next_cursor;
    const total = body.total ?? body.total_count;
    return {
      ...page,
      ...(isTaskId(cursor) && { next: `?cursor=${encodeURIComponent(cursor)}` }),
      ...(typeof total === 'number' && { total }),
    };
  }
  return undefined;
}

/** The row in an answer about one task, in canonical names; `undefined` when there is none. */
export function rowOf(body: unknown, reader: RowReader): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(body)) return undefined;
  for (const name of ROW_NAMES) if (isRecord(body[name])) return rowOf(body[name], reader);
  return isTaskId(body.id) || 'title' in body ? reader.decodeRow(body) : undefined;
}

/** A whole task of a row in canonical names; what is missing comes from `known`, or stands for "not said". */
export function taskOf<T extends Task>(row: Readonly<Record<string, unknown>>, known?: object): T | undefined {
  const blank = { title: '', status: 'pending', completed: false, createdAt: NO_TIME, updatedAt: NO_TIME, ownerId: '' };
  const task = { ...blank, ...known, ...row };
  // Fields of the application are its own to check.
  return 'id' in task && isTaskId(task.id) ? (task as unknown as T) : undefined;
}
