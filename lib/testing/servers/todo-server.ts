import { ForeignServer } from './foreign-server';
import { messageRow, placed } from './message-row';
import type { ServerKind } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import { type RowStyle, writeTime } from './server-task';
import { about, jsonOf } from './task-answers';

const STYLE: RowStyle = { isSnake: true, owner: 'user_id' };

const KIND: ServerKind = {
  name: 'todo',
  style: STYLE,
  ids: 'number',
  socketUser(url) {
    const user = /^\/ws\/([^/]+)$/.exec(url.pathname)?.[1];
    return user === undefined ? undefined : decodeURIComponent(user);
  },
  taskPath: (url) =>
    /^\/tasks(?:\/(.*))?$/
      .exec(url.pathname)
      ?.slice(1)
      .map((rest) => (rest ? `/${rest}` : ''))[0],
  readAuth: (message) => (message.type === 'AUTH' && typeof message.token === 'string' ? message.token : undefined),
  welcome: (user) => ({ type: 'AUTH_SUCCESS', user_id: user }),
  message(event, quirks) {
    const { kind, row, changes } = messageRow(event, STYLE, quirks);
    const timestamp = writeTime(Date.now(), quirks);
    const type = {
      created: 'TASK_CREATED',
      updated: 'TASK_UPDATED',
      deleted: 'TASK_DELETED',
      restored: 'TASK_CREATED',
    }[kind];
    if (kind === 'deleted' && row.deleted === undefined) return { type, task_id: event.task.id, timestamp };
    return {
      type,
      ...placed(changes === undefined ? row : { ...changes, id: row.id }, quirks.payload ?? 'task'),
      timestamp,
    };
  },
  answer(request, book) {
    const [, id = '', action] = request.path.split('/').map(decodeURIComponent);
    if (request.method === 'PATCH') {
      if (action !== 'complete') return { status: 405, body: { detail: 'Method Not Allowed' } };
      const { completed } = jsonOf(request);
      const known = book.find(id);
      const isDone = book.quirks.completeToggles ? known?.completed === false : completed !== false;
      return about(known && book.update(id, { completed: isDone }), book);
    }
    return request.method === 'PUT' && typeof jsonOf(request).title !== 'string'
      ? { status: 422, body: { detail: [{ loc: ['body', 'title'], msg: 'field required' }] } }
      : undefined;
  },
};

/** Seed 004: the todo application; `AUTH` first at `/ws/:userId`, tasks at `/tasks/`, `PATCH …/complete`. Call `start()`. */
export function todoServer(quirks: ServerQuirks = {}): ForeignServer {
  return new ForeignServer(KIND, quirks);
}
