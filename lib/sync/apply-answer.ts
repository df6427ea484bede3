import { type Mutation, type MutationAnswer, type Task, taskKey } from '@/lib/protocol';
import { acknowledge, conflict, findPending, gone, markUnsent, type Patch, type Replica, reject } from '@/lib/replica';

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
      acknowledge(replica, mutation.id, inEpoch(replica, mutation, answer.task, answer.epoch), now, patch);
      return;
    case 'conflict': {
      const current = inEpoch(replica, mutation, answer.current, answer.epoch);
      if (current === undefined) markUnsent(replica, mutation.id);
      else conflict(replica, mutation.id, current, patch);
      return;
    }
    case 'gone':
      gone(replica, mutation.id, now, patch);
      return;
    case 'retry':
      if (!isConditional(replica, mutation)) markUnsent(replica, mutation.id);
      return;
    case 'rejected':
      reject(replica, mutation.id, patch);
  }
}

/**
 * An attempt without an answer may have been carried out: a change that the server refuses on a changed base stays as it was
 * sent until an answer says what became of it. Any other yields to what came meanwhile ([OB3]).
 */
function isConditional<T extends Task>(replica: Replica<T>, { id, taskId }: Mutation<T>): boolean {
  const lane = replica.pending.get(taskKey(taskId)) ?? [];
  return lane.some(({ mutation, sentBase }) => mutation.id === id && sentBase?.version !== undefined);
}

/**
 * An answer of another epoch is true, but its version compares with nothing that is known; once a snapshot came, it tells of
 * a history that is over ([RP10]).
 */
function inEpoch<T extends Task, A extends { readonly version?: number }>(
  replica: Replica<T>,
  mutation: Mutation<T>,
  task: A | undefined,
  epoch: string | undefined,
): A | undefined {
  if (task === undefined || epoch === undefined || replica.epoch === undefined || epoch === replica.epoch) return task;
  // What an earlier page sent may get an answer from before everything that this page heard.
  const sentTick = findPending(replica, mutation.id)?.pending.sentTick ?? 0;
  if (sentTick < replica.snapshotTick) return undefined;
  const { version: _, ...rest } = task;
  return rest as A;
}

/** A task that can't be made or brought back is no conflict with anybody: that change is refused. */
export function refusalOf<T extends Task>(mutation: Mutation<T>, answer: MutationAnswer<T>): MutationAnswer<T> {
  if (answer.outcome !== 'gone' || mutation.kind === 'update' || mutation.kind === 'delete') return answer;
  return { outcome: 'rejected', status: 404, reason: 'The task is not there any more and can’t be brought back.' };
}
