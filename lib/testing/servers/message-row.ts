import type { ServerQuirks } from './server-quirks';
import { type RowStyle, type ServerEvent, type ServerTask, writeRow } from './server-task';

/** What of a task a message carries. */
export interface MessageRow {
  /** The word for what happened: some servers lie about it, and their rows say the truth. */
  readonly kind: ServerEvent['kind'];
  readonly row: Readonly<Record<string, unknown>>;
  /** Only the changed fields, where the server says so. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

/** Which fields a status event has. */
const STATUS_FIELDS: readonly (keyof ServerTask)[] = ['id', 'status', 'completedAt', 'updatedAt'];

/** Works out what a server with these quirks puts into the message of an event. */
export function messageRow(
  { kind, task, changed, deletedFlag }: ServerEvent,
  style: RowStyle,
  quirks: ServerQuirks,
): MessageRow {
  const whole = writeRow(task, style, quirks);
  if (kind === 'deleted') {
    if (quirks.deletesByUpdate) return { kind: 'updated', row: { ...whole, deleted: true } };
    if (deletedFlag !== undefined) return { kind, row: { ...whole, deleted: deletedFlag } };
    return { kind, row: quirks.deletesWithRow ? { ...whole, deleted: true } : { id: task.id } };
  }
  if (kind !== 'updated') return { kind: quirks.neverCreates ? 'updated' : kind, row: whole };
  const isStatus = changed.every((field) => ['completed', 'updatedAt', ...STATUS_FIELDS].includes(field));
  switch (quirks.updates) {
    case 'partial':
      return { kind, row: writeRow(task, style, quirks, ['id', ...changed]) };
    case 'status only':
      return { kind, row: isStatus ? writeRow(task, style, quirks, STATUS_FIELDS) : whole };
    case 'changes':
      return { kind, row: { id: task.id }, changes: writeRow(task, style, quirks, changed) };
    case 'changes and fullTask':
      return { kind, row: whole, changes: writeRow(task, style, quirks, changed) };
    default:
      return { kind, row: whole };
  }
}

/** Puts a row where the server's messages have it. */
export function placed(row: object, where: NonNullable<ServerQuirks['payload']>): object {
  switch (where) {
    case 'payload.task':
      return { payload: { task: row } };
    case 'data.payload':
      return { data: { payload: row } };
    default:
      return { [where]: row };
  }
}
