import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '@/lib/protocol';
import { type EventEnvelope, kindOfEventType } from '@/tasks/published-event';

/** An event without its wrapping, and what the wrapping said. */
export interface UnwrappedEvent {
  readonly value: unknown;
  readonly envelope: EventEnvelope;
}

/** A CloudEvent in a CloudEvent happens where an application wraps what Dapr wraps again. */
const MAX_WRAPPINGS = 3;

/**
 * Takes an event out of what a sidecar delivers: a CloudEvent 1.0 in structured mode, in binary mode (`ce-` headers), or a
 * bare event. Where the CloudEvent's type is the event's and its data the task, both are put together. Never throws.
 */
export function unwrapEvent(body: unknown, headers: IncomingHttpHeaders = {}): UnwrappedEvent {
  return unwrap(withBinaryAttributes(body, headers), {}, MAX_WRAPPINGS);
}

/** Parses JSON text; anything else is given back as it is. */
export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unwrap(value: unknown, outer: EventEnvelope, wrappings: number): UnwrappedEvent {
  if (!isRecord(value) || typeof value.specversion !== 'string' || wrappings === 0) return { value, envelope: outer };
  const { id, source, type, time } = value;
  const envelope: EventEnvelope = {
    ...outer,
    ...(typeof id === 'string' && { id }),
    ...(typeof source === 'string' && { source }),
    ...(typeof type === 'string' && { type }),
    ...(typeof time === 'string' && { time }),
  };
  const data = dataOf(value);
  if (isRecord(data) && typeof data.specversion === 'string') return unwrap(data, envelope, wrappings - 1);
  const isTheTask = isRecord(data) && !isEvent(data) && kindOfEventType(type) !== undefined;
  return { value: isTheTask ? withAttributes(value, data) : data, envelope };
}

function isEvent(data: Readonly<Record<string, unknown>>): boolean {
  return [data.event_type, data.eventType, data.event, data.type].some((word) => kindOfEventType(word) !== undefined);
}

/** Extension attributes have no underscores; events that never were CloudEvents do. */
function withAttributes(attributes: Readonly<Record<string, unknown>>, data: unknown): unknown {
  const { userid, taskid, data_base64, ...own } = attributes;
  return {
    ...(userid !== undefined && { user_id: userid }),
    ...(taskid !== undefined && { task_id: taskid }),
    ...own,
    data,
  };
}

function dataOf({ data, data_base64: encoded }: Readonly<Record<string, unknown>>): unknown {
  if (typeof encoded === 'string') return parsedOr(Buffer.from(encoded, 'base64').toString());
  return typeof data === 'string' ? parsedOr(data) : data;
}

function withBinaryAttributes(body: unknown, headers: IncomingHttpHeaders): unknown {
  if (headers['ce-specversion'] === undefined) return body;
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice('ce-'.length), value]);
  return { ...Object.fromEntries(attributes), data: body };
}
