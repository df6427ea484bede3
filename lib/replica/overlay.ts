import { isDoneStatus, type Mutation, type Task } from '@/lib/protocol';
import type { Patch } from './patch';
import type { PendingMutation, Replica } from './replica';
import type { TaskEntry } from './task-entry';

/** Works a task's view out anew after its lane changed. */
export function refreshView<T extends Task>(replica: Replica<T>, key: string, patch: Patch<T>): void {
  refreshEntry(replica, replica.table.open(key), patch);
}

/** Works an entry's view out anew after its base or its lane changed, and takes note of what that changed. */
export function refreshEntry<T extends Task>(replica: Replica<T>, entry: TaskEntry<T>, patch: Patch<T>): void {
  const { key } = entry;
  patch.touch(key);
  const lane = replica.pending.size === 0 ? undefined : replica.pending.get(key);
  let view = entry.base;
  if (lane !== undefined) {
    // What a delete further down the lane took away is what a restore brings back.
    let buried = replica.tombstones.get(key)?.last;
    for (const { mutation } of lane) {
      buried = view ?? buried;
      view = project(view, mutation, buried);
    }
  }
  const change = replica.table.show(entry, view);
  if (change !== 'none') patch.show(entry, change);
}

/** Finds an own change by its id. */
export function findPending<T extends Task>(
  replica: Replica<T>,
  mutationId: string,
): { readonly key: string; readonly pending: PendingMutation<T> } | undefined {
  if (replica.pending.size === 0) return undefined;
  for (const [key, lane] of replica.pending) {
    const pending = lane.find(({ mutation }) => mutation.id === mutationId);
    if (pending !== undefined) return { key, pending };
  }
  return undefined;
}

/** Takes an own change off its lane, because it is acknowledged or refused. The view is not worked out anew. */
export function takePending<T extends Task>(
  replica: Replica<T>,
  mutationId: string,
  patch: Patch<T>,
): ReturnType<typeof findPending<T>> {
  const found = findPending(replica, mutationId);
  if (found === undefined) return undefined;
  patch.settle([mutationId]);
  patch.touch(found.key);
  const lane = (replica.pending.get(found.key) ?? []).filter((pending) => pending !== found.pending);
  if (lane.length === 0) replica.pending.delete(found.key);
  else replica.pending.set(found.key, lane);
  return found;
}

/** What a person sees of a task when one own change lies on top of it. */
export function project<T extends Task>(
  view: T | undefined,
  mutation: Mutation<T>,
  buried: T | undefined,
): T | undefined {
  switch (mutation.kind) {
    case 'create':
      return view ?? mutation.draft;
    case 'update':
      return view && { ...view, ...withState(mutation.changes) };
    case 'delete':
      return undefined;
    case 'restore':
      return view ?? buried;
  }
}

/** A change of the status alone says whether the task is done; servers derive the same ([DI2]). */
export function withState<C extends { readonly status?: unknown; readonly completed?: unknown }>(changes: C): C {
  if (changes.status === undefined || changes.completed !== undefined) return changes;
  return { ...changes, completed: isDoneStatus(changes.status) };
}
