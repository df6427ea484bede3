import { randomUUID } from 'node:crypto';
import {
  type Actor,
  type Channel,
  eventNameOf,
  type TaskEventKind,
  type TaskUpdate,
  userChannel,
} from '@/lib/protocol';
import type { NewEvent } from '@/ports/event-log';
import type { StoredTask } from './stored-task';

/** One change that really happened. */
export interface TaskFact {
  readonly kind: TaskEventKind;
  /** The task after it. */
  readonly task: StoredTask;
  readonly changedFields?: readonly string[];
  readonly actor: Actor;
  readonly mutationId?: string;
}

/** The events of a fact: the same one, with the same id, in every channel that carries the task. */
export function eventsOf(fact: TaskFact): readonly NewEvent[] {
  const { task } = fact;
  const eventId = randomUUID();
  const body = JSON.stringify(messageOf(fact, eventId));
  return channelsOf(task).map((channel) => ({
    channel,
    eventId,
    type: 'task_update',
    taskId: task.id,
    version: task.version,
    body,
  }));
}

/** The channels that carry a task. */
export function channelsOf(task: StoredTask): readonly Channel[] {
  return [userChannel(task.ownerId)];
}

function messageOf(fact: TaskFact, eventId: string): Omit<TaskUpdate<StoredTask>, 'type' | 'channel' | 'seq'> {
  const { kind, task, changedFields, actor, mutationId } = fact;
  return {
    event: eventNameOf({ kind, taskId: task.id, task, ...(changedFields && { changedFields }) }),
    taskId: task.id,
    version: task.version,
    task: kind === 'deleted' ? { id: task.id, version: task.version } : task,
    timestamp: task.updatedAt,
    ...(changedFields && { changedFields }),
    ...(mutationId !== undefined && { mutationId }),
    actor,
    eventId,
  };
}
