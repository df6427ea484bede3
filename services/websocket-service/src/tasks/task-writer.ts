import type { JournalTransaction } from '@/log/journal';
import { Problem } from '@/ports/problem';
import type { AnswerOnce } from './answer-once';
import { effectOfCommand } from './effect-of-command';
import { recordFact } from './record-fact';
import { shareTask, unshareTask } from './share-task';
import { isTooLarge, type StoredTask } from './stored-task';
import { requireProject, roleOf } from './task-access';
import type { Answer, TaskWrite } from './task-command';
import { lockTask } from './task-rows';

/** Changes tasks. */
export interface TaskWriter {
  /**
   * Carries out one command: the change, its events and the answer to its key commit together ([SV3]). Resolves once
   * durable.
   *
   * @throws Problem 400, 403, 404, 409, 412, 413 or 422; then nothing happened and nothing is remembered ([SV5]).
   */
  write(write: TaskWrite): Promise<Answer>;
}

/** Bounds of a task. */
export interface TaskLimits {
  /** Bytes of a task's own fields together, as JSON. */
  readonly maxTaskBytes: number;
  /** Users with whom one task is shared. */
  readonly maxWatchersPerTask: number;
}

/** Makes the writer. */
export function createTaskWriter(answerOnce: AnswerOnce, epoch: string, limits: TaskLimits): TaskWriter {
  const carryOut = async (tx: JournalTransaction, write: TaskWrite): Promise<Answer> => {
    const { command, actor, idempotency } = write;
    const standing = command.taskId === undefined ? undefined : await lockTask(tx.db, command.taskId);
    const role = standing && (await roleOf(tx.db, actor.id, standing.task));
    const { status, shown, fact, sharing } = effectOfCommand(write, standing, role, epoch, tx.now);
    const origin = { actor, ...(idempotency && { mutationId: idempotency.key }) };
    if (fact !== undefined) {
      await requireFit(tx, actor.id, fact.task, standing?.task);
      await recordFact(tx, { ...fact, ...origin }, standing?.task);
    }
    if (sharing !== undefined && standing !== undefined) {
      const change = { task: standing.task, userId: sharing.userId, ...origin };
      if (sharing.kind === 'share') await shareTask(tx, change, limits.maxWatchersPerTask);
      else await unshareTask(tx, change);
    }
    return { status, body: JSON.stringify({ task: shown, epoch }) };
  };

  const requireFit = async (
    { db }: JournalTransaction,
    userId: string,
    task: StoredTask,
    before: StoredTask | undefined,
  ): Promise<void> => {
    if (isTooLarge(task, limits.maxTaskBytes)) {
      throw new Problem(413, `The task would be larger than ${limits.maxTaskBytes} bytes: shorten its fields.`);
    }
    const { projectId } = task;
    if (typeof projectId === 'string' && projectId !== before?.projectId) await requireProject(db, userId, projectId);
  };

  return {
    write: (write) => answerOnce(write.actor.id, write.idempotency, (tx) => carryOut(tx, write)),
  };
}
