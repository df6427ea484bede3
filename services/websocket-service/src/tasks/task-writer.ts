import type { Journal, JournalTransaction } from '@/log/journal';
import { Problem } from '@/ports/problem';
import { effectOfCommand } from './effect-of-command';
import { firstAnswer, keepAnswer } from './first-answers';
import { sizeOfFields } from './stored-task';
import type { Answer, TaskWrite } from './task-command';
import { eventsOf } from './task-events';
import { findTask, saveTask } from './task-rows';

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

  const carryOut = async (tx: JournalTransaction, write: TaskWrite): Promise<Answer> => {
    const { command, actor, idempotency } = write;
    const standing = command.taskId === undefined ? undefined : await findTask(tx.db, command.taskId);
    const { status, shown, fact } = effectOfCommand(write, standing, epoch, tx.now);
    if (fact !== undefined) {
      if (sizeOfFields(fact.task) > maxTaskBytes) {
        throw new Problem(413, `The task would be larger than ${maxTaskBytes} bytes: shorten its fields.`);
      }
      await saveTask(tx.db, fact);
      await tx.append(eventsOf({ ...fact, actor, ...(idempotency && { mutationId: idempotency.key }) }));
    }
    return { status, body: JSON.stringify({ task: shown, epoch }) };
  };

  const writeOnce = (write: TaskWrite): Promise<Answer> =>
    journal.write(async (tx) => {
      const { actor, idempotency } = write;
      if (idempotency === undefined) return carryOut(tx, write);
      const first = await firstAnswer(tx.db, actor.id, idempotency);
      if (first !== undefined) return first;
      const answer = await carryOut(tx, write);
      await keepAnswer(tx.db, actor.id, idempotency, answer, tx.now);
      return answer;
    });

  return {
    async write(write) {
      if (write.idempotency === undefined) return writeOnce(write);
      const running = JSON.stringify([write.actor.id, write.idempotency.key]);
      if (inProgress.has(running)) throw stillInProgress();
      inProgress.add(running);
      try {
        return await writeOnce(write);
      } finally {
        inProgress.delete(running);
      }
    },
  };
}

function stillInProgress(): Problem {
  return new Problem(
    409,
    'The first request with this Idempotency-Key is still in progress: repeat this one later.',
    {},
    { 'retry-after': IN_PROGRESS_RETRY_S },
  );
}
