import { isCount, isRecord, isTask, isTaskId, isText } from '@/lib/protocol/task';
import { isActor, kindOfEventName } from '@/lib/protocol/task-event';
import type { AccessRemoved, SequencedMessage, TaskStub, TaskUpdate } from './server-message';

/** Has this a place in a channel, whatever else it is? */
export function isSequenced(value: unknown): value is Record<string, unknown> & { channel: string; seq: number } {
  return isRecord(value) && isCount(value.seq) && isText(value.channel);
}

/**
 * Is this a message that takes a `seq`, with every field that its type promises ([DI6])? The items of a `batch` are checked
 * one by one with it. Checks in place and allocates nothing: what passes is used without a copy, further fields included.
 */
export function isSequencedMessage(value: unknown): value is SequencedMessage {
  if (!isSequenced(value)) return false;
  switch (value.type) {
    case 'task_update':
      return isUpdate(value);
    case 'access_removed':
      return isTarget(value.target);
    default:
      return value.type === 'skip';
  }
}

function isUpdate(value: Partial<Record<keyof TaskUpdate, unknown>>): boolean {
  const kind = kindOfEventName(value.event);
  return (
    kind !== undefined &&
    (kind === 'deleted' ? isStub(value.task) : isTask(value.task)) &&
    isText(value.timestamp) &&
    isCount(value.version) &&
    isTaskId(value.taskId) &&
    isText(value.eventId) &&
    (value.changedFields === undefined || isTexts(value.changedFields)) &&
    (value.mutationId === undefined || isText(value.mutationId)) &&
    (value.actor === undefined || isActor(value.actor))
  );
}

function isStub(value: unknown): value is TaskStub {
  return isRecord(value) && isTaskId(value.id) && isCount(value.version);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTarget(value: unknown): value is AccessRemoved['target'] {
  return isRecord(value) && ('channel' in value ? isText(value.channel) : isTaskId(value.taskId));
}
