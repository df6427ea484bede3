import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { markSent, markUnsent, type PendingMutation, type Replica } from '@/lib/replica';

/**
 * Marks a change as being on its way and returns what is to be sent. What was tried before leaves exactly as it did then:
 * its key stands for that one request, and only its first base tells what somebody else changed since ([OB3]).
 */
export function prepareChange<T extends Task>(
  replica: Replica<T>,
  { mutation, sent, sentBase }: PendingMutation<T>,
): Mutation<T> | undefined {
  if (!sent) return markSent(replica, mutation.id);
  if (sentBase?.version === undefined || mutation.kind === 'create' || mutation.kind === 'restore') return mutation;
  return { ...mutation, baseVersion: sentBase.version };
}

/** In a new epoch no version compares: what was tried before is sent anew, on the base of now ([RP10]). */
export function thawLanes<T extends Task>(replica: Replica<T>, isBusy: (key: string) => boolean): void {
  for (const lane of [...replica.pending.values()]) {
    for (const { mutation, sent } of lane) {
      if (sent && !isBusy(taskKey(mutation.taskId))) markUnsent(replica, mutation.id);
    }
  }
}
