import type { Mutation, MutationAnswer, Task } from '@/lib/protocol';
import { acknowledge, conflict, gone, markUnsent, type Patch, type Replica, reject } from '@/lib/replica';

/** Carries the answer to one attempt of an own change into the replica ([RP7], [RP8], [RP12]). */
export function applyAnswer<T extends Task>(
  replica: Replica<T>,
  mutation: Mutation<T>,
  answer: MutationAnswer<T>,
  now: number,
  patch: Patch<T>,
): void {
  switch (answer.outcome) {
    case 'done':
      acknowledge(replica, mutation.id, inEpoch(replica, answer.task, answer.epoch), now, patch);
      return;
    case 'conflict':
      conflict(replica, mutation.id, answer.current, patch);
      return;
    case 'gone':
      gone(replica, mutation.id, now, patch);
      return;
    case 'retry':
      markUnsent(replica, mutation.id);
      return;
    case 'rejected':
      reject(replica, mutation.id, patch);
  }
}

/** An answer of another epoch is true, but its version compares with nothing that is known ([RP10]). */
function inEpoch<T extends Task, A extends { readonly version?: number } | undefined>(
  replica: Replica<T>,
  task: A,
  epoch: string | undefined,
): A {
  if (task === undefined || epoch === undefined || replica.epoch === undefined || epoch === replica.epoch) return task;
  const { version: _, ...rest } = task;
  return rest as A;
}
