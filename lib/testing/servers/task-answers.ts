import { isRecord } from '@/lib/protocol';
import type { TaskAnswer, TaskBook, TaskRequest } from './server-kind';
import { readFields, type ServerTask, writeRow } from './server-task';

/** A JSON body; an empty one where it is none. */
export function jsonOf({ body }: TaskRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** The answer about one task. */
export function about(task: ServerTask | undefined, { style, quirks }: TaskBook, status = 200): TaskAnswer {
  if (task === undefined) return { status: 404, body: { detail: 'Task not found' } };
  return quirks.answersNothing ? { status: 204 } : { status, body: writeRow(task, style, quirks) };
}

/** The usual REST of a collection of tasks. */
export function answerPlainly(request: TaskRequest, book: TaskBook): TaskAnswer {
  const { method, path } = request;
  if (path === '' && method === 'GET') {
    return { status: 200, body: book.list().map((task) => writeRow(task, book.style, book.quirks)) };
  }
  if (path === '' && method === 'POST') {
    const fields = readFields(jsonOf(request), book.style);
    if (!fields.title?.trim())
      return { status: 422, body: { detail: [{ loc: ['body', 'title'], msg: 'field required' }] } };
    const task = book.create(fields);
    return { status: 201, body: writeRow(task, book.style, book.quirks) };
  }
  const [, id = '', action] = path.split('/').map(decodeURIComponent);
  if (action === 'restore' && method === 'POST') return about(book.restore(id), book);
  if (id === '' || action !== undefined) return { status: 404, body: { detail: 'Not found' } };
  switch (method) {
    case 'GET':
      return about(book.find(id), book);
    case 'PATCH':
    case 'PUT': {
      const fields = readFields(jsonOf(request), book.style);
      if (fields.title === '') return { status: 422, body: { detail: 'A title is needed.' } };
      return about(book.update(id, fields), book);
    }
    case 'DELETE':
      return book.remove(id) === undefined ? about(undefined, book) : { status: 204 };
    default:
      return { status: 405 };
  }
}
