import type { Task, TaskId } from './task';

/** Fields that a person gives when a task is created; the rest is the server's. */
export type NewTask<T extends Task = Task> = { readonly title: string } & Partial<
  Omit<T, 'id' | 'version' | 'createdAt' | 'updatedAt' | 'ownerId'>
>;

/** Fields that a person may change. */
export type TaskChanges<T extends Task = Task> = Partial<
  Omit<T, 'id' | 'version' | 'createdAt' | 'updatedAt' | 'ownerId'>
>;

/**
 * One change that this user wants. `id` is a UUID: it is the `Idempotency-Key` of every attempt and comes back as the
 * `mutationId` of the event. `baseVersion` is the version that the person saw; it leaves as `If-Match`, so that a late
 * change never overwrites a newer remote one ([OB3]).
 */
export type Mutation<T extends Task = Task> =
  | {
      readonly kind: 'create';
      readonly id: string;
      /** A client-made UUID. */
      readonly taskId: string;
      readonly task: NewTask<T>;
      /** What the person sees until the server answers: the new task with the fields that the server will set guessed. */
      readonly draft: T;
      /**
       * At servers without keys: the tasks that said the same when it was first sent. Whatever else says it later is this
       * one ([RP45]). Absent: it was never sent.
       */
      readonly alike?: readonly TaskId[];
    }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly taskId: TaskId;
      readonly changes: TaskChanges<T>;
      readonly baseVersion?: number;
    }
  | { readonly kind: 'delete'; readonly id: string; readonly taskId: TaskId; readonly baseVersion?: number }
  | { readonly kind: 'restore'; readonly id: string; readonly taskId: TaskId };

/** How a server answered a mutation; decided by status code, never by text ([OB4]). */
export type MutationAnswer<T extends Task = Task> =
  /** Done (or done before: same key). `task` is the state after it, a stub after a delete, absent where none came. */
  | {
      readonly outcome: 'done';
      readonly task?: T | { readonly id: TaskId; readonly version: number };
      readonly epoch?: string;
    }
  /** The base was not the newest: `current` is what stands at the server. */
  | { readonly outcome: 'conflict'; readonly current: T; readonly epoch?: string }
  /** The task is not there any more (or not for this user). */
  | { readonly outcome: 'gone' }
  /** Never going to work. `reason` is for people. */
  | { readonly outcome: 'rejected'; readonly status: number; readonly reason: string }
  /** Try the same again, with the same key. */
  | {
      readonly outcome: 'retry';
      readonly afterMs?: number;
      readonly reason: string;
      /** The server says itself that it did nothing; without it an attempt may have been carried out. */
      readonly isUndone?: true;
    };
