import { todoClient as dialect, type Mutation, type Task } from '@/lib/protocol';
import type { ChangeTools } from './define-connector';
import { rowOf } from './foreign-rows';
import { json } from './rest';
import { contentOf, sendPlainly } from './send-plainly';

/** Carries out one change at the todo server. Loaded with the first one. */
export function sendTodo<T extends Task>(mutation: Mutation<T>, tools: ChangeTools<T>): Promise<Response> {
  return mutation.kind === 'update' ? update(mutation, tools) : sendPlainly(mutation, tools);
}

/** Whether a task is done goes by `PATCH …/complete`, everything else by `PUT`, which wants the whole row ([DI51]). */
async function update<T extends Task>(
  { taskId, changes }: Extract<Mutation<T>, { kind: 'update' }>,
  { call, signal, encode, known }: ChangeTools<T>,
): Promise<Response> {
  const path = `/${encodeURIComponent(taskId)}`;
  const wanted = changes.completed;
  const put = () => call(path, json('PUT', encode({ ...contentOf(known), ...changes })), signal);
  const complete = () => call(`${path}/complete`, json('PATCH', { completed: wanted }), signal);
  // Some servers only ever complete, some toggle, and no document says which: the answer does.
  const isDone = async (response: Response) =>
    !response.ok || [wanted, undefined].includes(rowOf(await bodyOf(response), dialect)?.completed as never);

  if (wanted === undefined || Object.keys(changes).some((field) => field !== 'completed' && field !== 'status')) {
    const response = await put();
    return response.status === 405 ? call(path, json('PATCH', encode(changes)), signal) : response;
  }
  for (const attempt of [complete, put]) {
    const response = await attempt();
    if (response.status !== 405 && (await isDone(response))) return response;
  }
  return complete();
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.clone().json();
  } catch {
    return undefined;
  }
}
