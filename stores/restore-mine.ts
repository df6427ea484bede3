import { createUuid, isRecord, type Mutation, type Task, type TaskChanges, taskKey } from '@/lib/protocol';
import type { ConflictReceipt } from '@/lib/replica';

/** Fields that say the same thing in two ways: one is never put back without the other. */
const PAIRED: ReadonlySet<string> = new Set(['completed', 'status']);

/** What puts a person's own value back. */
export interface Restoration<T extends Task> {
  /** New changes, in order; empty when what stands is already the person's. */
  readonly mutations: readonly Mutation<T>[];
  /** The receipts that are dealt with. */
  readonly settled: ReadonlySet<string>;
}

/**
 * Works out the changes that put back what a receipt says was taken, on what stands now.
 *
 * @param all All receipts: those that say the same in another field are settled with it.
 * @param view The task as it is shown; `undefined` when it is not there.
 */
export function mutationsOfReceipt<T extends Task>(
  receipt: ConflictReceipt,
  all: readonly ConflictReceipt[],
  view: T | undefined,
): Restoration<T> {
  const { taskId } = receipt;
  if (receipt.field !== '*') {
    const together = PAIRED.has(receipt.field) ? all.filter((other) => isSameFact(receipt, other)) : [receipt];
    const changes = Object.fromEntries(together.map(({ field, yours }) => [field, yours])) as TaskChanges<T>;
    const settled = new Set(together.map(({ id }) => id));
    return { mutations: [...revival<T>(taskId, view), { kind: 'update', id: createUuid(), taskId, changes }], settled };
  }
  const settled = new Set([receipt.id]);
  if (!isRecord(receipt.yours)) {
    return { mutations: view === undefined ? [] : [{ kind: 'delete', id: createUuid(), taskId }], settled };
  }
  const changes = receipt.yours as TaskChanges<T>;
  return { mutations: [...revival<T>(taskId, view), { kind: 'update', id: createUuid(), taskId, changes }], settled };
}

function revival<T extends Task>(taskId: Task['id'], view: T | undefined): readonly Mutation<T>[] {
  return view === undefined ? [{ kind: 'restore', id: createUuid(), taskId }] : [];
}

function isSameFact(a: ConflictReceipt, b: ConflictReceipt): boolean {
  return taskKey(a.taskId) === taskKey(b.taskId) && PAIRED.has(b.field);
}
