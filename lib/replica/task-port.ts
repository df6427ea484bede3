import type { Mutation, Task, TaskEvent, TaskId, Undo } from '@/lib/protocol';
import type { Patch } from './patch';
import type { PortFacts, TaskSafety } from './port-facts';
import type { Replica } from './replica';

/**
 * What the task store needs of whoever owns the replica: the session once a provider is mounted, a {@link LocalPort}
 * before. The store shows what it reads here and changes nothing by itself.
 */
export interface TaskPort<T extends Task = Task> {
  /** The user whose tasks these are; `null` while nobody is known. */
  readonly userId: string | null;
  /** To be read, never written. */
  readonly replica: Replica<T>;
  /** Shows an own change at once and sees to it that it reaches the server. */
  submit(mutation: Mutation<T>): void;
  /** Reads all tasks anew. Resolves when they are applied; rejects with an error whose message is for people. */
  refresh(): Promise<void>;
  /** Has a whole list arrived? Before that, "no tasks" only means "not known yet". */
  isReady(): boolean;
  /** Applies an event that came by another way than the own connection. */
  receive(event: TaskEvent<T>): void;
  /**
   * Hears every change of the replica as it happens; whoever shows it gathers what belongs to one turn. The patch is the
   * listener's to read until it returns, and not to keep ([RP48]).
   */
  onPatch(listener: (patch: Patch<T>) => void): Undo;
  /** Hears of own changes that the server refused for good; each was rolled back. */
  onRejected(listener: (rejection: Rejection<T>) => void): Undo;
  /** How safe the user's own changes of a task are. */
  safetyOf(id: TaskId): TaskSafety;
  /** Hears the keys of tasks whose safety changed without their view; each patch may change that of its tasks too. */
  onSafety(listener: (keys: Iterable<string>) => void): Undo;
  /** Receipts, refusals and what this device keeps; the same object until something changes. */
  getFacts(): PortFacts;
  /** Called after each change of the facts. */
  onFacts(listener: () => void): Undo;
  /** Takes receipts and refusals off the lists, here and in what is kept: the person has dealt with them. */
  dropNotices(ids: ReadonlySet<string>): void;
}

/** An own change that the server will never do; it was taken back, and its content is kept here. */
export interface Rejection<T extends Task = Task> {
  readonly mutation: Mutation<T>;
  /** HTTP status. */
  readonly status: number;
  /** For people. */
  readonly reason: string;
}
