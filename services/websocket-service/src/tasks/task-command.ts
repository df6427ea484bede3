import type { Actor } from '@/lib/protocol';
import type { TaskFields } from './stored-task';

/** One wish of a client. Fields have passed the shape check of the edge. */
export type TaskCommand =
  /** `taskId`: the client's UUID; without one the service makes it. */
  | { readonly kind: 'create'; readonly taskId?: string; readonly fields: TaskFields }
  | { readonly kind: 'patch'; readonly taskId: string; readonly fields: TaskFields }
  | { readonly kind: 'replace'; readonly taskId: string; readonly fields: TaskFields }
  | { readonly kind: 'delete'; readonly taskId: string }
  | { readonly kind: 'restore'; readonly taskId: string }
  /** Gives a watcher access, or takes it away; `userId` is the watcher's. */
  | { readonly kind: 'share' | 'unshare'; readonly taskId: string; readonly userId: string };

/** Which versions an `If-Match` accepts. */
export type VersionCondition = 'any' | readonly number[];

/** What makes a repeated request recognisable. */
export interface Idempotency {
  /** The `Idempotency-Key`; the event carries it as `mutationId`. */
  readonly key: string;
  /** Equal for equal requests. */
  readonly fingerprint: string;
}

/** A command with who sent it and under which conditions. Plain data. */
export interface TaskWrite {
  readonly command: TaskCommand;
  readonly actor: Actor;
  readonly idempotency?: Idempotency;
  readonly condition?: VersionCondition;
}

/** A successful answer; `body` is JSON text, kept as it is for repetitions. */
export interface Answer {
  readonly status: 200 | 201;
  readonly body: string;
}
