import type { ServerQuirks } from './server-quirks';

/** A task as a fixture server keeps it. */
export interface ServerTask {
  readonly id: string | number;
  readonly title: string;
  readonly description: string | null;
  readonly completed: boolean;
  readonly status: string;
  readonly priority: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly completedAt: number | null;
  readonly owner: string;
}

/** Something that happened to a task. */
export interface ServerEvent {
  readonly kind: 'created' | 'updated' | 'deleted' | 'restored';
  /** After the event; before it where it was deleted. */
  readonly task: ServerTask;
  /** Which fields changed. */
  readonly changed: readonly (keyof ServerTask)[];
  /** Does the row say that the task lives, or is gone, against the message's type? */
  readonly deletedFlag?: boolean;
}

/** How a kind of server names and words what it sends. */
export interface RowStyle {
  readonly isSnake: boolean;
  /** The name of the owner's field. */
  readonly owner: string;
  readonly description?: string;
  /** The canonical status → this server's word. */
  readonly statuses?: Readonly<Record<string, string>>;
}

/** A row as it leaves the server: all fields, or only these. */
export function writeRow(
  task: ServerTask,
  style: RowStyle,
  quirks: ServerQuirks,
  only?: readonly (keyof ServerTask)[],
): Record<string, unknown> {
  const isSnake = style.isSnake !== (quirks.otherCase === true);
  const named = (camel: string) => (isSnake ? camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : camel);
  const fields: [keyof ServerTask, string, unknown][] = [
    ['id', 'id', task.id],
    ['title', 'title', task.title],
    ['description', style.description ?? 'description', task.description],
    ['status', 'status', style.statuses?.[task.status] ?? task.status],
    ['completed', 'completed', task.completed],
    ['priority', 'priority', task.priority],
    ['createdAt', named('createdAt'), writeTime(task.createdAt, quirks)],
    ['updatedAt', named('updatedAt'), writeTime(task.updatedAt, quirks)],
    ['completedAt', named('completedAt'), task.completedAt === null ? null : writeTime(task.completedAt, quirks)],
    ['owner', style.owner, task.owner],
  ];
  const said = fields.filter(([field, , value]) => value !== undefined && (only?.includes(field) ?? true));
  return Object.fromEntries(said.map(([, name, value]) => [name, value]));
}

/** A body's fields as the server keeps them; what it does not know is dropped. */
export function readFields(body: Readonly<Record<string, unknown>>, style: RowStyle): Partial<ServerTask> {
  const { title, priority, completed } = body;
  const description = body[style.description ?? 'description'];
  const status = wordOf(body.status, style);
  const isDone = typeof completed === 'boolean' ? completed : status === undefined ? undefined : status === 'completed';
  return {
    ...(typeof title === 'string' && { title }),
    ...((typeof description === 'string' || description === null) && { description }),
    ...((typeof priority === 'string' || priority === null) && { priority }),
    ...(isDone !== undefined && { completed: isDone, status: isDone ? 'completed' : (status ?? 'pending') }),
  };
}

/** A time as the server writes it; `undefined` where it leaves it out. */
export function writeTime(ms: number, { times }: ServerQuirks): string | null | undefined {
  const iso = new Date(ms).toISOString();
  switch (times) {
    case 'null':
      return null;
    case 'missing':
      return undefined;
    case 'naive':
      return iso.replace('Z', '');
    case 'nanoseconds':
      return iso.replace('Z', '456789Z');
    case 'zero':
      return '0001-01-01T00:00:00Z';
    default:
      return iso;
  }
}

function wordOf(status: unknown, { statuses = {} }: RowStyle): string | undefined {
  if (typeof status !== 'string') return undefined;
  return Object.keys(statuses).find((canonical) => statuses[canonical] === status) ?? status;
}
