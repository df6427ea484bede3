import type { Mutation, MutationAnswer } from './mutation';
import type { Position } from './position';
import type { Task } from './task';

/** A whole list of a user's tasks and, where the server knows them, the positions that it stands at. */
export interface TaskList<T extends Task = Task> {
  readonly tasks: readonly T[];
  /** Positions per channel, read together with the first page; only a complete list may be resumed from. */
  readonly positions: Readonly<Record<string, Position>>;
  readonly complete: boolean;
}

/**
 * How to talk to one kind of server: where its socket is, what it expects there, and how its tasks are read and changed.
 * One object, no state of its own: the session owns what is remembered.
 */
export interface Connector<T extends Task = Task> {
  /** For messages to people and for names of stored data. */
  readonly name: string;
  /** The socket's address for a user. Never holds a token. */
  socketUrl(userId: string): string;
  /** How the socket speaks: the native protocol, or seed 001's plain form. */
  readonly wire: 'native' | 'plain';
  /** The channels to subscribe to; empty for servers without channels. */
  channels(userId: string): readonly string[];
  /** A fresh token; called before each handshake that needs one. A rejection is retried, never fatal. */
  getToken(): Promise<string>;
  /** Reads all tasks. Rejects with a {@link RequestError} when the server refuses. */
  fetchTasks(signal: AbortSignal): Promise<TaskList<T>>;
  /** Carries out one change; safe to repeat. Rejects only for faults of the network. */
  mutate(mutation: Mutation<T>, signal: AbortSignal): Promise<MutationAnswer<T>>;
}

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
