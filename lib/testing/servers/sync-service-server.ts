import { ForeignServer } from './foreign-server';
import { messageRow, placed } from './message-row';
import type { ServerKind } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import { type RowStyle, writeTime } from './server-task';

const STYLE: RowStyle = { isSnake: false, owner: 'userId' };
const TYPES = { created: 'TASK_CREATED', updated: 'TASK_UPDATED', deleted: 'TASK_DELETED', restored: 'TASK_CREATED' };

const KIND: ServerKind = {
  name: 'sync-service',
  style: STYLE,
  ids: 'uuid',
  socketUser: (url) => (url.pathname === '/ws' ? 'u1' : undefined),
  taskPath: (url) =>
    /^\/api\/v1\/tasks(\/.*)?$/
      .exec(url.pathname)
      ?.slice(1)
      .map((rest) => rest ?? '')[0],
  message(event, quirks) {
    const { kind, row, changes } = messageRow(event, STYLE, { updates: 'changes and fullTask', ...quirks });
    const timestamp = writeTime(Date.now(), quirks);
    const type = TYPES[kind];
    if (quirks.payload !== undefined) return { type, taskId: row.id, ...placed(row, quirks.payload), timestamp };
    if (kind === 'deleted')
      return { type, payload: { taskId: row.id, ...(row.deleted !== undefined && { task: row }) }, timestamp };
    if (kind !== 'updated') return { type, payload: { task: row }, timestamp };
    const isWhole = Object.keys(row).length > 1;
    return { type, payload: { taskId: row.id, changes: changes ?? row, ...(isWhole && { fullTask: row }) }, timestamp };
  },
};

/** Seed 000: a Real-time Sync Service at `/ws`, and the Chat API's tasks at `/api/v1/tasks`. Call `start()`. */
export function syncServiceServer(quirks: ServerQuirks = {}): ForeignServer {
  return new ForeignServer(KIND, quirks);
}
