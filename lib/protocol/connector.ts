import type { Mutation, MutationAnswer } from './mutation';
import type { Position } from './position';
import type { SocketDialogue } from './socket-dialogue';
import type { Task } from './task';

/** A whole list of a user's tasks and, where the server knows them, the positions that it stands at. */
export interface TaskList<T extends Task = Task> {
  readonly tasks: readonly T[];
  /** Positions per channel, read together with the first page; only a complete list may be resumed from. */
  readonly positions: Readonly<Record<string, Position>>;
  readonly complete: boolean;
}

/** What stands around a request: whose it is, and what is known of the task. */
export interface RequestContext<T extends Task = Task> {
  readonly userId: string;
  /** The server's last known value of the task that a change is about; servers that take whole rows only need it. */
  readonly known?: T | undefined;
}

/** What every connector has. One object that remembers nothing of the tasks: the session owns what is remembered. */
interface ConnectorBase<T extends Task> {
  /** For messages to people and for names of stored data. */
  readonly name: string;
  /** The socket's address for a user. Never holds a token. */
  socketUrl(userId: string): string;
  /** Reads all tasks. Rejects with a {@link RequestError} when the server refuses. */
  fetchTasks(signal: AbortSignal, context?: RequestContext<T>): Promise<TaskList<T>>;
  /** Carries out one change. Rejects only for faults of the network. */
  mutate(mutation: Mutation<T>, signal: AbortSignal, context?: RequestContext<T>): Promise<MutationAnswer<T>>;
}

/** How to talk to Taskwire's own service: versions, positions and idempotency keys; changes are safe to repeat. */
export interface NativeConnector<T extends Task = Task> extends ConnectorBase<T> {
  readonly wire: 'native';
  /** The channels to subscribe to. */
  channels(userId: string): readonly string[];
  /** A fresh token; called before each handshake that needs one. A rejection is retried, never fatal. */
  getToken(): Promise<string>;
}

/**
 * How to talk to a server that knows neither versions nor positions. Order is the order of arrival on one socket, and the
 * list is what heals ([RP40]). Made by `defineConnector`.
 */
export interface ForeignConnector<T extends Task = Task> extends ConnectorBase<T> {
  readonly wire: 'plain';
  readonly socket: SocketDialogue<T>;
  /** A fresh token; absent where the server wants none or the browser's cookies carry it. A rejection is retried. */
  readonly getToken?: (() => Promise<string>) | undefined;
  /** May the rows' `updatedAt` tell that news is older than what is known? Default `false`: it only asks for the list. */
  readonly trustsUpdatedAt?: boolean;
}

/** How to talk to one kind of server: where its socket is, what it expects there, and how its tasks are read and changed. */
export type Connector<T extends Task = Task> = NativeConnector<T> | ForeignConnector<T>;

/** A server's refusal of a request. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** @param status The HTTP status; callers decide by it. @param message What to tell a person. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
