import { ForeignServer } from './foreign-server';
import { messageRow, placed } from './message-row';
import type { ServerKind } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import { type RowStyle, writeTime } from './server-task';

const STYLE: RowStyle = { isSnake: true, owner: 'user_id', statuses: { in_progress: 'in-progress' } };

const WORDS = {
  created: ['task_created', 'TASK_ADDED'],
  updated: ['task_updated', 'TASK_CHANGED'],
  status: ['task_status_changed', 'TASK_STATUS_CHANGED'],
  deleted: ['task_deleted', 'TASK_REMOVED'],
  restored: ['task_restored', 'TASK_RESTORED'],
} as const;

const KIND: ServerKind = {
  name: 'real-time-sync',
  style: STYLE,
  ids: 'number',
  socketUser: (url) => (url.pathname === '/ws' ? (url.searchParams.get('userId') ?? undefined) : undefined),
  taskPath: (url) =>
    /^\/api\/v1\/tasks(\/.*)?$/
      .exec(url.pathname)
      ?.slice(1)
      .map((rest) => rest ?? '')[0],
  isOpenAtOnce: false,
  hear(message, to) {
    if (message.type === 'ping') to.say(to.quirks.bareText ? 'pong' : '{"type":"pong"}');
    if (message.type === 'subscribe' && message.all === true) return true;
    return message.type === 'unsubscribe' && message.all === true ? false : undefined;
  },
  message(event, quirks) {
    const { kind, row, changes } = messageRow(event, STYLE, { updates: 'status only', ...quirks });
    const isStatus = kind === 'updated' && event.changed.includes('completed') && row.title === undefined;
    const [action, type] = WORDS[isStatus ? 'status' : kind];
    return {
      type: 'task_update',
      action,
      event_type: type,
      task_id: event.task.id,
      user_id: event.task.owner,
      ...placed(changes === undefined ? row : { ...changes, id: row.id }, quirks.payload ?? 'data'),
      timestamp: writeTime(Date.now(), quirks),
      metadata: { source: 'web', version: '1.0.0', ...(kind === 'updated' && { fields_changed: event.changed }) },
    };
  },
};

/** Seed 002: the real-time-sync skill at `/ws?userId=`, silent before `subscribe`; tasks at `/api/v1/tasks`. Call `start()`. */
export function realTimeSyncServer(quirks: ServerQuirks = {}): ForeignServer {
  return new ForeignServer(KIND, { refusal: 4001, ...quirks });
}
