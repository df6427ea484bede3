import { isRecord } from '@/lib/protocol';
import { ForeignServer } from './foreign-server';
import { messageRow, placed } from './message-row';
import type { ServerKind, TaskAnswer, TaskBook, TaskRequest } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import { type RowStyle, readFields, writeRow } from './server-task';
import { jsonOf } from './task-answers';

const STYLE: RowStyle = {
  isSnake: true,
  owner: 'user_id',
  description: 'markdown_body',
  statuses: { pending: 'open', completed: 'done' },
};

const KIND: ServerKind = {
  name: 'taskmd',
  style: STYLE,
  ids: 'TASK-001',
  socketUser: (url) => (/^\/api\/v1\/projects\/[^/]+\/ws$/.test(url.pathname) ? 'u1' : undefined),
  taskPath: (url) =>
    /^\/api\/v1\/projects\/[^/]+\/tasks(\/.*)?$/
      .exec(url.pathname)
      ?.slice(1)
      .map((rest) => rest ?? '')[0],
  message(event, quirks) {
    const { kind, row, changes } = messageRow(event, STYLE, quirks);
    return {
      type: `task.${kind === 'restored' ? 'created' : kind}`,
      project_id: 'project',
      task_id: event.task.id,
      ...placed(changes === undefined ? row : { ...changes, id: row.id }, quirks.payload ?? 'data'),
    };
  },
  async answer(request, book) {
    if (request.method === 'POST' && request.path === '' && request.type.startsWith('text/markdown')) {
      return createFromDocument(request, book);
    }
    return request.method === 'PATCH' && request.path === '/bulk' ? updateAll(request, book) : undefined;
  },
};

async function createFromDocument({ body }: TaskRequest, book: TaskBook): Promise<TaskAnswer> {
  const { parse } = await import('yaml');
  const [, matter = '', markdown = ''] = /^---\n(.*?)---\n\n?(.*)$/s.exec(body) ?? [];
  const fields: unknown = parse(matter);
  if (!isRecord(fields) || typeof fields.title !== 'string')
    return { status: 422, body: { error: 'No title in the front matter' } };
  const task = book.create(readFields({ ...fields, ...(markdown !== '' && { markdown_body: markdown }) }, STYLE));
  return { status: 201, body: writeRow(task, STYLE, book.quirks) };
}

function updateAll(request: TaskRequest, book: TaskBook): TaskAnswer {
  const { updates } = jsonOf(request);
  const rows = (Array.isArray(updates) ? updates : []).flatMap((each: unknown) => {
    const task = isRecord(each) ? book.update(String(each.id), readFields(each, STYLE)) : undefined;
    return task === undefined ? [] : [writeRow(task, STYLE, book.quirks)];
  });
  return { status: 200, body: { tasks: rows } };
}

/** Seed 003: a TaskMD server; documents with YAML front matter in, bulk updates, no heartbeat but protocol pings. Call `start()`. */
export function taskmdServer(quirks: ServerQuirks = {}): ForeignServer {
  return new ForeignServer(KIND, {
    heartbeat: { kind: 'protocol', everyMs: 54_000 },
    maxClientFrameBytes: 512,
    ...quirks,
  });
}
