import type { Channel } from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';
import type { PlainError } from './plain-error';
import type { StorageLimits } from './storage-methods';

/** What the storage's thread is started with. */
export interface ThreadData {
  readonly dataDir: string;
  readonly limits: StorageLimits;
}

/** One call: a list, which crosses quicker than an object, as all that crosses often. */
export type Call = readonly [id: number, method: string, args: readonly unknown[]];

/** To the thread: the calls of one turn, and what time it is. */
export type ToThread = { readonly now: number; readonly calls: readonly Call[] } | 'close';

/** From the thread, in the order in which it happened: commits stand before the answers that tell of them. */
export type FromThread = readonly ThreadNews[];

/** One piece of news. */
export type ThreadNews =
  | readonly ['ready', epoch: string, methods: readonly string[]]
  | Readonly<Committed>
  | Readonly<Answers>
  | readonly ['refusal', id: number, error: PlainError]
  | readonly ['line', level: 'debug' | 'info' | 'warn' | 'error', facts: object, message: string]
  | Readonly<Written>
  /** The storage could not be opened. */
  | readonly ['failed', error: PlainError]
  | readonly ['closed'];

/** Events are durable. */
export type Committed = ['committed', ...events: LoggedRow[]];

/** Calls were answered. */
export type Answers = ['answers', ...answers: (readonly [id: number, value: unknown])[]];

/** Writes succeeded, after so many seconds each. */
export type Written = ['written', ...seconds: number[]];

/** An event that was committed. */
export type LoggedRow = readonly [
  channel: Channel,
  seq: number,
  eventId: string,
  type: LoggedEvent['type'],
  body: string,
  taskId: string | undefined,
  version: number | undefined,
];

/** Takes an event apart for the way to another thread. */
export function rowOfLogged({ channel, seq, eventId, type, body, taskId, version }: LoggedEvent): LoggedRow {
  return [channel, seq, eventId, type, body, taskId, version];
}

/** Puts it together again. */
export function loggedOfRow([channel, seq, eventId, type, body, taskId, version]: LoggedRow): LoggedEvent {
  return {
    channel,
    eventId,
    type,
    ...(taskId !== undefined && { taskId }),
    ...(version !== undefined && { version }),
    body,
    seq,
  };
}
