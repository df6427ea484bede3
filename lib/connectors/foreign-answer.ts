import type { Mutation, MutationAnswer, RequestContext, Task } from '@/lib/protocol';
import { type RowReader, rowOf, taskOf } from './foreign-rows';
import { answerOf } from './http-answer';

/**
 * What a foreign server's response to a change means; decided by its status, as {@link answerOf} does, and by the row's own
 * `deleted` flag ([DI50]). Rows that say less than everything are completed by what is known.
 */
export async function foreignAnswerOf<T extends Task>(
  response: Response,
  mutation: Mutation<T>,
  { known }: Partial<RequestContext<T>>,
  reader: RowReader,
): Promise<MutationAnswer<T>> {
  const { status } = response;
  if (!response.ok) {
    const answer = await answerOf<T>(response, mutation.kind);
    // These say that nothing was done; another failure may have come after the fact.
    const isUndone = [401, 425, 429, 503].includes(status);
    return answer.outcome === 'retry' && isUndone ? { ...answer, isUndone } : answer;
  }
  const row = rowOf(await bodyOf(response), reader);
  if (mutation.kind === 'delete') {
    return row?.deleted === false
      ? refused('The task was changed meanwhile, and the server kept it.')
      : { outcome: 'done' };
  }
  if (row?.deleted === true) return { outcome: 'gone' };
  const task = taskOf<T>({ ...located(response, mutation), ...row }, wantedOf(mutation, known));
  return task === undefined ? { outcome: 'done' } : { outcome: 'done', task };
}

/** A change that this server has no way to do. */
export function refused(reason: string): MutationAnswer<never> {
  return { outcome: 'rejected', status: 409, reason };
}

/** What the task should be now, as far as can be said without the server; its id is the server's to say. */
function wantedOf<T extends Task>(mutation: Mutation<T>, known: T | undefined): object | undefined {
  if (mutation.kind === 'create') return { ...mutation.draft, ...mutation.task, id: undefined };
  return mutation.kind === 'update' && known !== undefined ? { ...known, ...mutation.changes } : known;
}

/** A create may be answered by the new task's address alone. */
function located(response: Response, mutation: { readonly kind: string }): { id?: string } {
  const id =
    mutation.kind === 'create' ? response.headers.get('location')?.split('/').filter(Boolean).at(-1) : undefined;
  return id === undefined ? {} : { id: decodeURIComponent(id) };
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}
