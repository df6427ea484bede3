import type { Task, TaskId } from './task';

/** What happened to a task. "Completed" and "status changed" are updates whose changed fields say so. */
export type TaskEventKind = 'created' | 'updated' | 'deleted' | 'restored' | 'shared' | 'unshared';

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
export type TaskEventName =
  | 'task.created'
  | 'task.updated'
  | 'task.completed'
  | 'task.deleted'
  | 'task.restored'
  | 'task.shared'
  | 'task.unshared';

const KINDS: Readonly<Record<TaskEventName, TaskEventKind>> = {
  'task.created': 'created',
  'task.updated': 'updated',
  'task.completed': 'updated',
  'task.deleted': 'deleted',
  'task.restored': 'restored',
  'task.shared': 'shared',
  'task.unshared': 'unshared',
};

/** The kind behind an event name, or `undefined` for a name that nobody knows. */
export function kindOfEventName(name: unknown): TaskEventKind | undefined {
  return typeof name === 'string' && Object.hasOwn(KINDS, name) ? KINDS[name as TaskEventName] : undefined;
}

/** The event name of a canonical event: an update that completed the task is `task.completed`. */
export function eventNameOf(event: TaskEvent): TaskEventName {
  if (event.kind !== 'updated') return `task.${event.kind}`;
  const completed = event.task?.completed ?? event.changes?.completed;
  const fields = event.changedFields ?? Object.keys(event.changes ?? {});
  return completed === true && fields.includes('completed') ? 'task.completed' : 'task.updated';
}
