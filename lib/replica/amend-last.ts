import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { refreshView } from './overlay';
import type { Patch } from './patch';
import type { Replica } from './replica';

/**
 * Joins an update with the last own change of its task, where that is an update that was never sent: values are absolute,
 * so the later ones stand for both, under the first one's id ([OB8]).
 *
 * @returns Whether it was joined.
 */
export function amendLast<T extends Task>(replica: Replica<T>, mutation: Mutation<T>, patch: Patch<T>): boolean {
  const key = taskKey(mutation.taskId);
  const lane = replica.pending.get(key);
  const last = lane?.at(-1);
  if (lane === undefined || last === undefined || last.sent) return false;
  if (mutation.kind !== 'update' || last.mutation.kind !== 'update') return false;
  const joined = { ...last.mutation, changes: { ...last.mutation.changes, ...mutation.changes } };
  replica.pending.set(key, [...lane.slice(0, -1), { ...last, mutation: joined }]);
  refreshView(replica, key, patch);
  return true;
}
