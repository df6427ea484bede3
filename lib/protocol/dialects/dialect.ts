import type { Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';

/** The five message formats that existed before Taskwire, one per kind of server (docs/PROTOCOL.md section 3). */
export type DialectName = 'sync-service' | 'task-update' | 'real-time-sync' | 'taskmd' | 'todo';

/** What a frame said besides events. */
export type Control =
  /** A heartbeat, as JSON or as bare text. */
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  /** The server took this client in: `connection.established`, `AUTH_SUCCESS`. */
  | { readonly type: 'welcome'; readonly userId?: string }
  /** The server advises to fetch the whole list, since these events may not be all. */
  | { readonly type: 'refetch'; readonly reason: string }
  /** The server reports a fault. `code` is its own number. */
  | { readonly type: 'error'; readonly code?: number; readonly message: string; readonly details?: unknown };

/** What one frame held: the good items, what else was said, and why each bad item was skipped ([DI1]). */
export interface DecodedFrame<T extends Task = Task> {
  /** In the order of the frame. */
  readonly events: readonly TaskEvent<T>[];
  readonly controls: readonly Control[];
  /** One reason per skipped item; its length is the count. */
  readonly skipped: readonly string[];
}

/** What a message needs that its event does not say. */
export interface EncodeContext {
  /** Whose task it is where no task is at hand, as after a delete. */
  readonly userId?: string;
  /** The project of the channel; else the task's own. */
  readonly projectId?: string;
  /** The sending time, ISO 8601 UTC, for messages whose event has none. */
  readonly sentAt?: string;
}

/** One message format, both ways. Pure: no state, no clock. */
export interface Dialect {
  readonly name: DialectName;
  /**
   * Reads one frame: its text (one JSON value, several joined by newlines, a bare `ping` or `pong`), or a value that was
   * parsed already. Never throws; what is bad is skipped, named and counted, and stops no good item beside it.
   */
  decode<T extends Task = Task>(frame: unknown): DecodedFrame<T>;
  /** Writes events as the texts of frames; which words stand for what this dialect has no word for, [DI16] says. */
  encode(events: readonly TaskEvent[], context?: EncodeContext): readonly string[];
  /** Could this parsed message be of this dialect, and of none of the other four? Heartbeats are of no dialect. */
  recognises(message: unknown): boolean;
  /** A task of this dialect, by whatever way it came: its known fields get their canonical names, words and times. */
  decodeRow(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Fields of a task in this dialect's names and words. */
  encodeRow(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** What a client needs of a dialect. It stands alone, so that nobody's page carries what only servers use. */
export type ClientDialect = Pick<Dialect, 'decode' | 'decodeRow' | 'encodeRow'>;
