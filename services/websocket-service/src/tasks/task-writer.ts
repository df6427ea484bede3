import { randomUUID } from 'node:crypto';
import type { Journal, JournalTransaction } from '@/log/journal';
import { Problem } from '@/ports/problem';
import { bumpTask, newTask, patchTask, replaceTask } from './change-task';
import { firstAnswer, keepAnswer } from './first-answers';
import { rowOf, type StoredTask, taskOf } from './stored-task';
import type { Answer, TaskWrite, VersionCondition } from './task-command';
import { eventsOf, type TaskFact } from './task-events';

/** Changes tasks. */
export interface TaskWriter {
  /**
   * Carries out one command: the change, its events and the answer to its key commit together ([SV3]). Resolves once
   * durable.
   *
   * @throws Problem 400, 404, 409, 412, 413 or 422; then nothing happened and nothing is remembered ([SV5]).
   */
  write(write: TaskWrite): Promise<Answer>;
}

const IN_PROGRESS_RETRY_S = '1';

/** Makes the writer. `maxTaskBytes` bounds a task's own fields together, as JSON. */
export function createTaskWriter(journal: Journal, epoch: string, maxTaskBytes: number): TaskWriter {
  const inProgress = new Set<string>();

  const answerOf = (status: Answer['status'], task: unknown): Answer => ({
    status,
    body: JSON.stringify({ task, epoch }),
  });

  const carryOut = async (tx: JournalTransaction, write: TaskWrite): Promise<Answer> => {
    const { command, actor, idempotency, condition } = write;
    const mutation = idempotency && { mutationId: idempotency.key };
    const commit = async (fact: Omit<TaskFact, 'actor' | 'mutationId'>): Promise<void> => {
      if (sizeOfFields(fact.task) > maxTaskBytes) {
        throw new Problem(413, `The task would be larger than ${maxTaskBytes} bytes: shorten its fields.`);
      }
      await saveTask(tx, fact);
      await tx.append(eventsOf({ ...fact, actor, ...mutation }));
    };

    if (command.kind === 'create') {
      const id = command.taskId ?? randomUUID();
      await refuseExisting(tx, id);
      const task = newTask(command.fields, { id, ownerId: actor.id, now: tx.now });
      await commit({ kind: 'created', task });
      return answerOf(201, task);
    }

    const { task: current, isDeleted } = await ownTask(tx, command.taskId, actor.id);
    if (isDeleted !== (command.kind === 'restore')) {
      if (isDeleted) throw notFound();
      return answerOf(200, current);
    }
    requireVersion(condition, current, isDeleted, epoch);
    switch (command.kind) {
      case 'patch':
      case 'replace': {
        const change = command.kind === 'patch' ? patchTask : replaceTask;
        const { task, changedFields } = change(current, command.fields, tx.now);
        if (changedFields.length > 0) await commit({ kind: 'updated', task, changedFields });
        return answerOf(200, task);
      }
      case 'delete': {
        const task = bumpTask(current, tx.now);
        await commit({ kind: 'deleted', task });
        return answerOf(200, { id: task.id, version: task.version });
      }
      case 'restore': {
        const task = bumpTask(current, tx.now);
        await commit({ kind: 'restored', task });
        return answerOf(200, task);
      }
    }
  };

  const writeOnce = (write: TaskWrite): Promise<Answer> =>
    journal.write(async (tx) => {
      const { actor, idempotency } = write;
      const first = idempotency && (await firstAnswer(tx.db, actor.id, idempotency));
      if (first !== undefined) return first;
      const answer = await carryOut(tx, write);
      if (idempotency !== undefined) await keepAnswer(tx.db, actor.id, idempotency, answer, tx.now);
      return answer;
    });

  return {
    async write(write) {
      if (write.idempotency === undefined) return writeOnce(write);
      const running = JSON.stringify([write.actor.id, write.idempotency.key]);
      if (inProgress.has(running)) {
        throw new Problem(
          409,
          'The first request with this Idempotency-Key is still in progress: repeat this one later.',
          {},
          { 'retry-after': IN_PROGRESS_RETRY_S },
        );
      }
      inProgress.add(running);
      try {
        return await writeOnce(write);
      } finally {
        inProgress.delete(running);
      }
    },
  };
}

/** The refusal for a task that does not exist, or that this user must not know of. */
export function notFound(): Problem {
  return new Problem(404, 'There is no such task.');
}

async function refuseExisting(tx: JournalTransaction, id: string): Promise<void> {
  const row = await tx.db.selectFrom('tasks').select('id').where('id', '=', id).executeTakeFirst();
  if (row !== undefined) throw new Problem(409, 'This task id is taken: create the task with a new UUID.');
}

async function ownTask(
  tx: JournalTransaction,
  taskId: string,
  userId: string,
): Promise<{ readonly task: StoredTask; readonly isDeleted: boolean }> {
  const row = await tx.db.selectFrom('tasks').selectAll().where('id', '=', taskId).executeTakeFirst();
  if (row === undefined || row.owner_id !== userId) throw notFound();
  return { task: taskOf(row), isDeleted: row.deleted === 1 };
}

function requireVersion(
  condition: VersionCondition | undefined,
  current: StoredTask,
  isDeleted: boolean,
  epoch: string,
): void {
  if (condition === undefined || condition === 'any' || condition.includes(current.version)) return;
  throw new Problem(412, `The task is at version ${current.version}: change that one.`, {
    task: isDeleted ? { id: current.id, version: current.version } : current,
    epoch,
  });
}

async function saveTask(tx: JournalTransaction, { kind, task }: Pick<TaskFact, 'kind' | 'task'>): Promise<void> {
  const row = rowOf(task, kind === 'deleted');
  if (kind === 'created') {
    await tx.db.insertInto('tasks').values(row).execute();
  } else {
    await tx.db.updateTable('tasks').set(row).where('id', '=', task.id).execute();
  }
}

function sizeOfFields(task: StoredTask): number {
  const { id, ownerId, version, createdAt, updatedAt, completedAt, status, completed, ...fields } = task;
  return Buffer.byteLength(JSON.stringify(fields));
}
