import type { ChannelUpdate, Mutation, MutationAnswer, Position, Task, TaskList } from '@/lib/protocol';
import type { Patch, PendingMutation, Replica } from '@/lib/replica';
import type { SessionEnvironment } from './session-environment';
import type { SessionOptions } from './session-options';

/** What the part of a session that knows the kind of server needs of the session. */
export interface ServerPort<T extends Task> extends Pick<SessionOptions<T>, 'userId' | 'connection'> {
  readonly replica: Replica<T>;
  readonly environment: SessionEnvironment;
  readonly change: (apply: (patch: Patch<T>) => void) => void;
  readonly delayOf: (attempt: number) => number;
  /** Is a request about the task of this key under way? */
  readonly isBusy: (key: string) => boolean;
  /** The server has said something; call it before it is applied. */
  readonly onSpoken: () => void;
  /** The server has told all; call it before it is applied. */
  readonly onKnown: () => void;
  /** It may be up to date now, or not any more. */
  readonly onStatus: () => void;
  /** Own changes that were held back may leave. */
  readonly onReleased: () => void;
}

/** Keeps a replica equal to one kind of server. */
export interface ServerSync<T extends Task> {
  /** Takes what was read before the session began. */
  start(list: TaskList<T>): void;
  /** Takes news of the connection. */
  receive(update: ChannelUpdate<T>): void;
  /** The connection's state is another one. */
  follow(): void;
  /** Marks an own change as being on its way and returns what is to be sent; `undefined` when it must not leave yet. */
  prepare(pending: PendingMutation<T>): Mutation<T> | undefined;
  /** Carries the answer to one attempt of an own change into the replica. */
  applyAnswer(mutation: Mutation<T>, answer: MutationAnswer<T>, patch: Patch<T>): void;
  /** Reads all tasks anew because a person wishes it. Rejects when that fails. */
  refresh(): Promise<void>;
  /** Has everything arrived that the connection missed? */
  isCurrent(): boolean;
  /** Where the data stands; `undefined` while it stands nowhere. */
  positions(): Readonly<Record<string, Position>> | undefined;
  /** The data of an earlier page is shown; it stands here. */
  place(positions: Readonly<Record<string, Position>>): void;
  /** Aborts what is under way. */
  dispose(): void;
}
