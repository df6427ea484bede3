import { ForeignServer } from './foreign-server';
import { messageRow, placed } from './message-row';
import type { ServerKind } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import { type RowStyle, writeTime } from './server-task';

const STYLE: RowStyle = { isSnake: true, owner: 'user_id' };

const KIND: ServerKind = {
  name: 'task-update',
  style: STYLE,
  ids: 'number',
  socketUser: (url) => userOf(url.pathname),
  taskPath: (url) =>
    /^\/api\/v1\/tasks(\/.*)?$/
      .exec(url.pathname)
      ?.slice(1)
      .map((rest) => rest ?? '')[0],
  message(event, quirks) {
    const { kind, row, changes } = messageRow(event, STYLE, quirks);
    const isCompletion = kind === 'updated' && event.task.completed && event.changed.includes('completed');
    return {
      type: 'task_update',
      event: `task.${isCompletion ? 'completed' : kind === 'restored' ? 'created' : kind}`,
      ...placed(changes === undefined ? row : { ...changes, id: row.id }, quirks.payload ?? 'task'),
      timestamp: writeTime(Date.now(), quirks),
    };
  },
};

function userOf(path: string): string | undefined {
  const user = /^\/ws\/([^/]+)$/.exec(path)?.[1];
  return user === undefined ? undefined : decodeURIComponent(user);
}

/** Seed 001: a WebSocket service at `/ws/:userId`, and the backend's tasks at `/api/v1/tasks`. Call `start()`. */
export function taskUpdateServer(quirks: ServerQuirks = {}): ForeignServer {
  return new ForeignServer(KIND, quirks);
}
