import type { Actor, Task, TaskEvent, TaskId } from '@/lib/protocol';

/**
 * What a remote change took from this user: the server's value stands, yours can be put back in one action. `field` is
 * `'*'` when the whole task went away under a change of yours.
 */
export interface ConflictReceipt {
  /** One per task and field: a later receipt replaces an earlier one. */
  readonly id: string;
  readonly taskId: TaskId;
  readonly field: string;
  readonly yours: unknown;
  readonly theirs: unknown;
  readonly actor?: Actor;
}

/** A remote change that altered what the user sees: what people are told about. */
export interface RemoteChange<T extends Task = Task> {
  readonly event: TaskEvent<T>;
  /** The task after the change; the last known one after a delete, where it is known. */
  readonly task: T | undefined;
}

/** Gathers what one or more replica changes did, for whoever shows it. */
export interface Patch<T extends Task = Task> {
  /** Keys of the tasks whose view may have changed. */
  readonly touched: Set<string>;
  /** Remote changes that altered the view, in order; own echoes and duplicates are not among them. */
  readonly remote: RemoteChange<T>[];
  readonly receipts: ConflictReceipt[];
  /** Mutations that need no sending any more: acknowledged by their echo, or withdrawn. */
  readonly settled: string[];
  /** Channels whose whole set has arrived. */
  readonly replaced: string[];
}

/** An empty patch. */
export function createPatch<T extends Task = Task>(): Patch<T> {
  return { touched: new Set(), remote: [], receipts: [], settled: [], replaced: [] };
}

/** Did nothing happen that anybody could want to know? */
export function isEmptyPatch<T extends Task>({ touched, remote, receipts, settled, replaced }: Patch<T>): boolean {
  return touched.size + remote.length + receipts.length + settled.length + replaced.length === 0;
}
