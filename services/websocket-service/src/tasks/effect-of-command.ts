import { Problem } from '@/ports/problem';
import { timedId } from '@/ports/timed-id';
import { bumpTask, newTask, patchTask, replaceTask } from './change-task';
import type { StoredTask } from './stored-task';
import type { TaskRole } from './task-access';
import type { TaskCommand, TaskWrite, VersionCondition } from './task-command';
import type { TaskFact } from './task-events';
import { notFound } from './task-not-found';

/** A task as it stands; the tombstone of a deleted one has all its fields. */
export interface StandingTask {
  readonly task: StoredTask;
  readonly isDeleted: boolean;
}

/** What a command comes to. */
export interface Effect {
  readonly status: 200 | 201;
  /** What the answer shows. */
  readonly shown: StoredTask | Pick<StoredTask, 'id' | 'version'>;
  /** What changes; absent when nothing does ([SV10]). */
  readonly fact?: Pick<TaskFact, 'kind' | 'task' | 'changedFields' | 'previousStatus'>;
  /** Whose access changes; whether it really does is seen when it is written. */
  readonly sharing?: { readonly kind: 'share' | 'unshare'; readonly userId: string };
}

/**
 * Decides what a command does to the task with its id, which stands as `standing` (or not at all). Pure but for the id of
 * a task that comes without one.
 *
 * @param role What the actor is to the task; `undefined`: nothing, so that the task reads as if it were not there.
 * @param epoch Goes with the current task of a 412.
 * @param now Milliseconds since 1970.
 * @throws Problem 400, 403, 404, 409 or 412.
 */
export function effectOfCommand(
  { command, actor, condition }: TaskWrite,
  standing: StandingTask | undefined,
  role: TaskRole | undefined,
  epoch: string,
  now: number,
): Effect {
  if (command.kind === 'create') {
    if (standing !== undefined) throw new Problem(409, 'This task id is taken: create the task with a new UUID.');
    const task = newTask(command.fields, { id: command.taskId ?? timedId(), ownerId: actor.id, now });
    return { status: 201, shown: task, fact: { kind: 'created', task } };
  }
  if (standing === undefined || role === undefined) throw notFound();
  if (standing.isDeleted && (command.kind !== 'restore' || role === 'watcher')) throw notFound();
  requireRole(command, role);
  requireVersion(condition, standing, epoch);
  if (!standing.isDeleted && command.kind === 'restore') return { status: 200, shown: standing.task };
  return effectOnTask(command, standing.task, now);
}

function effectOnTask(command: Exclude<TaskCommand, { kind: 'create' }>, current: StoredTask, now: number): Effect {
  switch (command.kind) {
    case 'patch':
    case 'replace': {
      const change = command.kind === 'patch' ? patchTask : replaceTask;
      const { task, changedFields } = change(current, command.fields, now);
      if (changedFields.length === 0) return { status: 200, shown: task };
      const previous = task.status === current.status ? {} : { previousStatus: current.status };
      return { status: 200, shown: task, fact: { kind: 'updated', task, changedFields, ...previous } };
    }
    case 'delete': {
      const task = bumpTask(current, now);
      return { status: 200, shown: stubOf(task), fact: { kind: 'deleted', task } };
    }
    case 'restore': {
      const task = bumpTask(current, now);
      return { status: 200, shown: task, fact: { kind: 'restored', task } };
    }
    case 'share':
    case 'unshare': {
      const { kind, userId } = command;
      if (userId === current.ownerId) throw new Problem(400, 'userId is the task’s owner, who needs no share.');
      return { status: 200, shown: current, sharing: { kind, userId } };
    }
  }
}

function requireRole({ kind }: TaskCommand, role: TaskRole): void {
  if (role === 'watcher' && (kind === 'delete' || kind === 'restore')) {
    throw new Problem(403, 'This task is shared with you: you may edit it; its owner may delete and restore it.');
  }
  if (role !== 'owner' && (kind === 'share' || kind === 'unshare')) {
    throw new Problem(403, 'Only the owner of a task decides who else may see it.');
  }
}

function requireVersion(condition: VersionCondition | undefined, standing: StandingTask, epoch: string): void {
  const { task, isDeleted } = standing;
  if (condition === undefined || condition === 'any' || condition.includes(task.version)) return;
  throw new Problem(412, `The task is at version ${task.version}: change that one.`, {
    task: isDeleted ? stubOf(task) : task,
    epoch,
  });
}

function stubOf({ id, version }: StoredTask): Pick<StoredTask, 'id' | 'version'> {
  return { id, version };
}
