import { isRecord, isTask, type Mutation, type MutationAnswer, type Task } from '@/lib/protocol';
import { problemOf } from './http-answer';

/**
 * Finds out what stands at the server after a 409 or 412 that did not say ([OB30]): a write is never given up because of a
 * conflict alone. A version that has moved is a conflict to be rebased on; a create whose id shows a task is done, for the id
 * was made here; the rest stays refused. Rejects for faults of the network, so that the whole change is tried again.
 *
 * @param get Asks for the task.
 */
export async function lookAgain<T extends Task>(
  mutation: Mutation<T>,
  refusal: MutationAnswer<T>,
  get: () => Promise<Response>,
): Promise<MutationAnswer<T>> {
  if (refusal.outcome !== 'rejected' || (refusal.status !== 409 && refusal.status !== 412)) return refusal;
  const response = await get();
  if (response.status === 404 || response.status === 410)
    return mutation.kind === 'create' ? refusal : { outcome: 'gone' };
  if (!response.ok) return { outcome: 'retry', reason: await problemOf(response) };
  const task = taskIn<T>(await response.json().catch(() => undefined));
  if (task === undefined) return refusal;
  if (mutation.kind === 'create' || mutation.kind === 'restore') return { outcome: 'done', task };
  // The same version again would be refused again, for ever.
  return task.version !== undefined && task.version === mutation.baseVersion
    ? refusal
    : { outcome: 'conflict', current: task };
}

function taskIn<T extends Task>(body: unknown): T | undefined {
  const task = isRecord(body) && 'task' in body ? body.task : body;
  return isTask(task) ? (task as T) : undefined;
}
