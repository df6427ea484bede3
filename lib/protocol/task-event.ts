import { isRecord, isText, type Task, type TaskId } from './task';

const KINDS = ['created', 'updated', 'deleted', 'restored', 'shared', 'unshared'] as const;

/** What happened to a task. "Completed" and "status changed" are updates whose changed fields say so. */
export type TaskEventKind = (typeof KINDS)[number];

/** Who caused an event. */
export interface Actor {
  readonly id: string;
  readonly name?: string;
}

/** One change of one task, whatever server and dialect it came from (docs/PROTOCOL.md section 1). */
export interface TaskEvent<T extends Task = Task> {
  readonly kind: TaskEventKind;
  readonly taskId: TaskId;
  /** The full task after the change. */
  readonly task?: T;
  /** Only the changed fields with their new values, from servers that send no full task. */
  readonly changes?: Partial<T>;
  readonly changedFields?: readonly string[];
  /** The status before an update that changed it, from servers that say so. */
  readonly previousStatus?: string;
  /** The task's version after the change; decides order within one epoch. */
  readonly version?: number;
  /** ISO time for people, never for order. */
  readonly at?: string;
  readonly channel?: string;
  readonly seq?: number;
  /** The mutation that caused the event; the echo of an own change is found by it. */
  readonly mutationId?: string;
  readonly actor?: Actor;
  readonly eventId?: string;
}

/** The event names of seed 001 and of the native protocol. */
export type TaskEventName = `task.${TaskEventKind}` | 'task.completed';

// A map has no inherited names.
const KIND_OF_NAME = new Map<unknown, TaskEventKind>(KINDS.map((kind) => [`task.${kind}`, kind])).set(
  'task.completed',
  'updated',
);

/** Is this somebody who may have caused an event? */
export function isActor(value: unknown): value is Actor {
  return isRecord(value) && isText(value.id) && (value.name === undefined || isText(value.name));
}

/** The kind behind an event name, or `undefined` for a name that nobody knows. */
export function kindOfEventName(name: unknown): TaskEventKind | undefined {
  return KIND_OF_NAME.get(name);
}

/** The event name of a canonical event: an update that completed the task is `task.completed`. */
export function eventNameOf(event: TaskEvent): TaskEventName {
  if (event.kind !== 'updated') return `task.${event.kind}`;
  const completed = event.task?.completed ?? event.changes?.completed;
  // With a whole task beside them the changes may be all that is known, not what changed.
  const fields = event.changedFields ?? (event.task ? [] : Object.keys(event.changes ?? {}));
  return completed === true && fields.includes('completed') ? 'task.completed' : 'task.updated';
}
