import { type Mutation, type NewTask, type Task, taskKey } from '@/lib/protocol';
import { refreshView, takePending, withState } from './overlay';
import type { Patch } from './patch';
import { baseOf, type PendingMutation, type Replica } from './replica';

type Create<T extends Task> = Extract<Mutation<T>, { kind: 'create' }>;

/** How many tasks that were never sent can be brought back after their deletion. */
export const MAX_UNBORN = 100;

/**
 * Joins an own change with those of its task that have never left this device, so that as little as possible is sent:
 *
 * - an update becomes part of the update, or of the create, before it, under that one's id: values are absolute ([OB8]);
 * - a delete of a task that was never sent takes everything of that task back ([OB21]), and a restore makes it anew;
 * - a restore takes back a delete that was not sent ([OB7]).
 *
 * What may have left, from this page or from an earlier one, is never touched: its id stands for that one request ([OB22]).
 *
 * @returns Whether it was joined; otherwise it is a change of its own.
 */
export function joinLane<T extends Task>(replica: Replica<T>, mutation: Mutation<T>, patch: Patch<T>): boolean {
  const key = taskKey(mutation.taskId);
  const lane = replica.pending.get(key) ?? [];
  const last = lane.at(-1);
  switch (mutation.kind) {
    case 'create':
      return false;
    case 'update': {
      const joined = last && !last.tried && joinUpdate(last.mutation, mutation.changes);
      if (!joined) return false;
      replica.pending.set(key, [...lane.slice(0, -1), { ...last, mutation: joined }]);
      refreshView(replica, key, patch);
      return true;
    }
    case 'delete':
      return takeBackUnsent(replica, key, lane, patch);
    case 'restore': {
      if (last?.mutation.kind === 'delete' && !last.tried) {
        takePending(replica, last.mutation.id, patch);
        refreshView(replica, key, patch);
        return true;
      }
      const unborn = lane.length === 0 && baseOf(replica, key) === undefined ? replica.unborn.get(key) : undefined;
      if (unborn === undefined) return false;
      replica.unborn.delete(key);
      replica.pending.set(key, [newPending({ ...unborn, id: mutation.id })]);
      refreshView(replica, key, patch);
      return true;
    }
  }
}

/** An own change that has not left. */
export function newPending<T extends Task>(mutation: Mutation<T>): PendingMutation<T> {
  return { mutation, sent: false, tried: false, sentBase: undefined, sentTick: undefined };
}

function joinUpdate<T extends Task>(
  earlier: Mutation<T>,
  changes: Extract<Mutation<T>, { kind: 'update' }>['changes'],
): Mutation<T> | undefined {
  if (earlier.kind === 'update') return { ...earlier, changes: { ...earlier.changes, ...changes } };
  if (earlier.kind !== 'create') return undefined;
  const draft = { ...earlier.draft, ...withState(changes) };
  return { ...earlier, task: joinedTask(earlier.task, changes), draft };
}

/** The state is one fact in two fields: of the earlier one nothing may stay beside the later. */
function joinedTask<T extends Task>(task: NewTask<T>, changes: object): NewTask<T> {
  const hasState = Object.hasOwn(changes, 'status') || Object.hasOwn(changes, 'completed');
  const { status, completed, ...rest } = task as NewTask;
  return { ...(hasState ? rest : task), ...changes } as NewTask<T>;
}

function takeBackUnsent<T extends Task>(
  replica: Replica<T>,
  key: string,
  lane: readonly PendingMutation<T>[],
  patch: Patch<T>,
): boolean {
  const create = lane[0]?.mutation;
  if (create?.kind !== 'create' || baseOf(replica, key) !== undefined || lane.some(({ tried }) => tried)) return false;
  for (const { mutation } of lane) takePending(replica, mutation.id, patch);
  refreshView(replica, key, patch);
  remember(replica, key, create);
  return true;
}

function remember<T extends Task>(replica: Replica<T>, key: string, create: Create<T>): void {
  replica.unborn.set(key, create);
  if (replica.unborn.size <= MAX_UNBORN) return;
  for (const oldest of replica.unborn.keys()) {
    replica.unborn.delete(oldest);
    return;
  }
}
