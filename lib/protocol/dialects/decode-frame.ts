import { isRecord, isTaskId, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import type { Control, DecodedFrame } from './dialect';
import { frameValues, NOT_JSON, parseText } from './frame-values';
import type { Fields } from './row-format';

/** Messages within messages (batches, envelopes) are followed so far; an attacker’s are not followed for ever. */
const MAX_NESTING = 8;

/** Where a dialect puts what it reads. */
export interface Findings<T extends Task = Task> {
  readonly events: TaskEvent<T>[];
  readonly controls: Control[];
  readonly skipped: string[];
  /** Reads a message that this one carries. */
  nested(value: unknown): void;
}

/** Reads one message of a dialect, or skips it with a reason. */
export type ReadMessage = <T extends Task>(message: Fields, found: Findings<T>) => void;

/**
 * Takes a frame apart for a dialect: several values, bare texts, envelopes of CloudEvents 1.0 and the controls that all
 * dialects share are dealt with here. Never throws.
 */
export function decodeFrame<T extends Task>(frame: unknown, readMessage: ReadMessage): DecodedFrame<T> {
  const events: TaskEvent<T>[] = [];
  const controls: Control[] = [];
  const skipped: string[] = [];

  const read = (value: unknown, depth: number): void => {
    if (value === 'ping' || value === 'pong') controls.push({ type: value });
    else if (value === NOT_JSON) skipped.push('not JSON');
    else if (!isRecord(value)) skipped.push('not a JSON object');
    else if (depth > MAX_NESTING) skipped.push(`nested more than ${MAX_NESTING} deep`);
    else if (typeof value.specversion === 'string') read(unwrapped(value), depth + 1);
    else {
      const control = sharedControlOf(value);
      if (control !== undefined) controls.push(control);
      else readMessage(value, { events, controls, skipped, nested: (inner) => read(inner, depth + 1) });
    }
  };

  const values = frameValues(frame);
  for (const value of values) read(value, 0);
  if (values.length === 0) skipped.push('an empty frame');
  return { events, controls, skipped };
}

/** A value as it is named in a reason: short, and whatever it is. */
export function naming(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (value === undefined) return 'none';
  return typeof value === 'object' ? 'an object' : String(value);
}

/** A fault that a server reports, wherever it puts the words. */
export function errorControl(body: Fields): Control {
  const { code, message, details } = body;
  return {
    type: 'error',
    ...(typeof code === 'number' && { code }),
    message: typeof message === 'string' ? message : 'the server reported an error',
    ...(details !== undefined && { details }),
  };
}

/** An envelope’s message. One that does not say what it is takes the word, time and id of the envelope. */
function unwrapped({ type, time, id, data }: Fields): unknown {
  const inner = typeof data === 'string' ? parseText(data) : data;
  if (!isRecord(inner)) return NOT_JSON;
  const envelope = { timestamp: time, event_id: id };
  const isMessage = [inner.specversion, inner.type, inner.event, inner.event_type, inner.action].some(
    (word) => typeof word === 'string',
  );
  return isMessage ? { ...envelope, ...inner } : { ...envelope, type, data: inner };
}

function sharedControlOf(message: Fields): Control | undefined {
  switch (message.type) {
    case 'ping':
    case 'pong':
      return { type: message.type };
    case 'connection.established':
    case 'AUTH_SUCCESS': {
      const userId = message.user_id ?? message.userId;
      return { type: 'welcome', ...(isTaskId(userId) && { userId: String(userId) }) };
    }
    case 'error':
      return errorControl(message);
    default:
      return undefined;
  }
}
