import type { Position } from '@/lib/protocol/position';
import { isTask, type Task, type TaskId } from '@/lib/protocol/task';
import { type Actor, kindOfEventName, type TaskEvent, type TaskEventName } from '@/lib/protocol/task-event';

/** What a delete carries in place of the task. */
export interface TaskStub {
  readonly id: TaskId;
  readonly version: number;
}

/** A change of one task: a superset of seed 001's message, so that its listeners can read it. */
export interface TaskUpdate<T extends Task = Task> {
  readonly type: 'task_update';
  readonly event: TaskEventName;
  readonly task: T | TaskStub;
  readonly timestamp: string;
  readonly channel: string;
  readonly seq: number;
  readonly version: number;
  readonly taskId: TaskId;
  readonly changedFields?: readonly string[];
  readonly mutationId?: string;
  readonly actor?: Actor;
  readonly eventId: string;
}

/** Sequenced like an event: forget this channel, or this task within it, versions included. */
export interface AccessRemoved {
  readonly type: 'access_removed';
  readonly channel: string;
  readonly seq: number;
  readonly target: { readonly channel: string } | { readonly taskId: TaskId };
}

/** An event that this reader may no longer see; keeps the sequence whole. */
export interface Skip {
  readonly type: 'skip';
  readonly channel: string;
  readonly seq: number;
}

/** Everything that takes a `seq` of a channel. */
export type SequencedMessage<T extends Task = Task> = TaskUpdate<T> | AccessRemoved | Skip;

/** One page of a channel's whole set at `position`; the set is replaced when `last` arrives. */
export interface SnapshotPage<T extends Task = Task> {
  readonly type: 'snapshot';
  readonly channel: string;
  readonly position: Position;
  readonly tasks: readonly T[];
  readonly page: number;
  readonly last: boolean;
}

/** Answer to a subscription: replay (`recovered`) or snapshot follows, or the backend has to be asked. */
export interface Subscribed {
  readonly type: 'subscribed';
  /** Always in full, never `user:me`. */
  readonly channel: string;
  /** The head: where the client stands after what follows. */
  readonly position: Position;
  readonly recovered: boolean;
  readonly replayed: number;
  readonly source?: 'backend';
}

/** First answer of the server; makes the connection *connected*. */
export interface Welcome {
  readonly type: 'welcome';
  readonly userId: string;
  readonly sessionId: string;
  readonly serverTime: string;
  readonly pingIntervalMs: number;
  /** ISO 8601 UTC: when the token ends. */
  readonly expiresAt: string;
}

/** The server's heartbeat, with where each subscribed channel stands. */
export interface ServerPing {
  readonly type: 'ping';
  readonly timestamp: string;
  readonly heads: Readonly<Record<string, Position>>;
}

/** Everything that a native server sends (docs/PROTOCOL.md section 2). */
export type ServerMessage<T extends Task = Task> =
  | Welcome
  | Subscribed
  | SnapshotPage<T>
  | SequencedMessage<T>
  | { readonly type: 'batch'; readonly events: readonly SequencedMessage<T>[] }
  | ServerPing
  | { readonly type: 'pong'; readonly id?: string | number }
  | { readonly type: 'auth_ok'; readonly expiresAt: string }
  | { readonly type: 'auth_expiring'; readonly inMs: number }
  | { readonly type: 'error'; readonly code: number; readonly message: string; readonly details?: unknown };

/** Writes a server message as one frame. */
export function encodeServerMessage(message: ServerMessage): string {
  return JSON.stringify(message);
}

/** The canonical event of a native message. */
export function taskEventOf<T extends Task>(update: TaskUpdate<T>): TaskEvent<T> {
  const { event, task, timestamp, channel, seq, version, taskId, changedFields, mutationId, actor, eventId } = update;
  const kind = kindOfEventName(event) ?? 'updated';
  return {
    kind,
    taskId,
    version,
    at: timestamp,
    channel,
    seq,
    eventId,
    ...(kind !== 'deleted' && isTask(task) && { task }),
    ...(changedFields && { changedFields }),
    ...(mutationId !== undefined && { mutationId }),
    ...(actor && { actor }),
  };
}
