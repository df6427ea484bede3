import type { Journal, JournalTransaction } from '@/log/journal';
import { Problem } from '@/ports/problem';
import { firstAnswer, keepAnswer } from './first-answers';
import type { Answer, Idempotency } from './task-command';

const IN_PROGRESS_RETRY_S = '1';

/**
 * Carries out a user's write in one transaction, and remembers its answer there. The same user's same key gets the first
 * answer again, without any effect ([SV4]).
 *
 * @throws Problem 409 while the first is in progress, 422 when the key was used for another request, and whatever `work`
 *   throws; then nothing happened and nothing is remembered ([SV5]).
 */
export type AnswerOnce = (
  userId: string,
  idempotency: Idempotency | undefined,
  work: (tx: JournalTransaction) => Promise<Answer>,
) => Promise<Answer>;

/** Makes it. */
export function createAnswerOnce(journal: Journal): AnswerOnce {
  const inProgress = new Set<string>();
  return async (userId, idempotency, work) => {
    if (idempotency === undefined) return journal.write(work);
    const running = JSON.stringify([userId, idempotency.key]);
    if (inProgress.has(running)) throw stillInProgress();
    inProgress.add(running);
    try {
      return await journal.write(async (tx) => {
        const first = await firstAnswer(tx.db, userId, idempotency);
        if (first !== undefined) return first;
        const answer = await work(tx);
        await keepAnswer(tx.db, userId, idempotency, answer, tx.now);
        return answer;
      });
    } finally {
      inProgress.delete(running);
    }
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
