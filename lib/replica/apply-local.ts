import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { newPending } from './join-lane';
import { refreshView, takePending } from './overlay';
import type { Patch } from './patch';
import type { Replica } from './replica';

/** Shows an own change at once, before the server knows of it ([RP11]). */
export function applyLocal<T extends Task>(replica: Replica<T>, mutation: Mutation<T>, patch: Patch<T>): void {
  const key = taskKey(mutation.taskId);
  replica.pending.set(key, [...(replica.pending.get(key) ?? []), newPending(mutation)]);
  refreshView(replica, key, patch);
}

/** Takes back an own change that has not been sent or will never be done: that change alone goes ([RP12]). */
export function reject<T extends Task>(
  replica: Replica<T>,
  mutationId: string,
  patch: Patch<T>,
): Mutation<T> | undefined {
  const found = takePending(replica, mutationId, patch);
  if (found !== undefined) refreshView(replica, found.key, patch);
  return found?.pending.mutation;
}
