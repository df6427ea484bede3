import { isCount } from '@/lib/protocol/task';
import { isActor, type TaskEvent } from '@/lib/protocol/task-event';
import type { MessageParts } from './message-parts';
import { type Fields, fieldOfName, type RowFormat, statusOfWord } from './row-format';
import { utcTimeOf } from './utc-time';

/** What a message says about an event besides the task: all of it optional, wherever servers put it. */
export type MessageFacts = Pick<
  TaskEvent,
  'at' | 'version' | 'channel' | 'mutationId' | 'eventId' | 'changedFields' | 'previousStatus' | 'actor'
>;

type Mutable<E> = { -readonly [K in keyof E]: E[K] };

/** Reads them from the message, what it carries, and its metadata; what has the wrong type is not there. */
export function messageFacts(
  message: Fields,
  { places, row, metadata }: MessageParts,
  format: RowFormat,
): MessageFacts {
  const first = (...names: readonly string[]): unknown => {
    for (const place of [...places, metadata]) {
      for (const name of names) if (Object.hasOwn(place, name)) return place[name];
    }
    return undefined;
  };
  const facts: Mutable<MessageFacts> = {};
  const at = utcTimeOf(message.timestamp);
  const version = isCount(message.version) ? message.version : row?.version;
  const mutationId = first('mutationId', 'mutation_id');
  const eventId = first('eventId', 'event_id');
  const fields = first('changedFields', 'changed_fields', 'fields_changed');
  const previousStatus = first('previousStatus', 'previous_status');
  const actor = first('actor');
  if (typeof at === 'string') facts.at = at;
  if (isCount(version)) facts.version = version;
  if (typeof message.channel === 'string') facts.channel = message.channel;
  if (typeof mutationId === 'string') facts.mutationId = mutationId;
  if (typeof eventId === 'string') facts.eventId = eventId;
  if (isTextList(fields)) facts.changedFields = fields.map((name) => fieldOfName(name, format));
  if (typeof previousStatus === 'string') facts.previousStatus = statusOfWord(previousStatus, format);
  if (isActor(actor)) facts.actor = actor;
  return facts;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
