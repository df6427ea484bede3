import { type Actor, type Channel, eventNameOf, type TaskEventKind, type TaskUpdate } from '@/lib/protocol';
import type { NewEvent } from '@/ports/event-log';
import { timedId } from '@/ports/timed-id';
import { type StoredTask, textOfTask } from './stored-task';

/** One change that really happened. */
export interface TaskFact {
  readonly kind: TaskEventKind;
  /** The task after it. */
  readonly task: StoredTask;
  /** When it happened, where that is told apart from the task's `updatedAt`; ISO 8601 UTC. */
  readonly at?: string;
  readonly changedFields?: readonly string[];
  /** The status before a change of it, for seed 002. */
  readonly previousStatus?: string;
  readonly actor?: Actor;
  readonly mutationId?: string;
}

/** What the log keeps of an event; native clients read the message, seed 002's get what is beyond it. */
type EventBody = Omit<TaskUpdate<StoredTask>, 'type' | 'channel' | 'seq'> & { readonly previousStatus?: string };

/** The events of a fact: the same one, with the same id, in every one of `channels`. */
export function eventsOf(fact: TaskFact, channels: readonly Channel[]): readonly NewEvent[] {
  const { task, kind } = fact;
  const eventId = timedId();
  const body = bodyOf(fact, eventId);
  return channels.map((channel) => ({
    channel,
    eventId,
    type: 'task_update',
    taskId: String(task.id),
    // A share changes no version: it must not count as stale where its reader saw this one before ([SV60]).
    ...(kind !== 'shared' && { version: task.version }),
    body,
  }));
}

/** The message as JSON, in whose midst the task stands with the text that its row has. */
function bodyOf(fact: TaskFact, eventId: string): string {
  const { kind, task, at, changedFields, previousStatus, actor, mutationId } = fact;
  const before: Pick<EventBody, 'event' | 'taskId' | 'version'> = {
    event: eventNameOf({ kind, taskId: task.id, task, ...(changedFields && { changedFields }) }),
    taskId: task.id,
    version: task.version,
  };
  const text = kind === 'deleted' ? JSON.stringify({ id: task.id, version: task.version }) : textOfTask(task);
  const after: Omit<EventBody, keyof typeof before | 'task'> = {
    timestamp: at ?? task.updatedAt,
    ...(changedFields && { changedFields }),
    ...(previousStatus !== undefined && { previousStatus }),
    ...(mutationId !== undefined && { mutationId }),
    ...(actor && { actor }),
    eventId,
  };
  return `${JSON.stringify(before).slice(0, -1)},"task":${text},${JSON.stringify(after).slice(1)}`;
}
