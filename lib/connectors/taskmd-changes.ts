import type { Mutation, Task } from '@/lib/protocol';
import type { ChangeTools, SendChange } from './define-connector';
import { contentOf, sendPlainly } from './send-plainly';
import { gatherUpdates } from './taskmd-bulk';

/** Carries out changes at a TaskMD server. Loaded with the first one. */
export function createTaskmdChanges<T extends Task>(): SendChange<T> {
  const updates = gatherUpdates<T>(sendPlainly);
  return (mutation, tools) => {
    if (mutation.kind === 'update') return updates(mutation, tools);
    return mutation.kind === 'delete' ? sendPlainly(mutation, tools) : post(mutation, tools);
  };
}

/** A new task is sent as a document; as JSON where the server wants no documents ([DI52]). */
async function post<T extends Task>(
  mutation: Extract<Mutation<T>, { kind: 'create' | 'restore' }>,
  { call, signal, encode, known }: ChangeTools<T>,
): Promise<Response> {
  const { markdown_body: body, ...fields } = encode(mutation.kind === 'create' ? mutation.task : contentOf(known));
  const { writeDocument } = await import('./taskmd-document');
  const init = { method: 'POST', headers: { 'content-type': 'text/markdown' }, body: writeDocument(fields, body) };
  const response = await call('', init, signal);
  if (![400, 415, 422].includes(response.status)) return response;
  const asJson = { ...fields, ...(body !== undefined && { markdown_body: body }) };
  return call(
    '',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asJson) },
    signal,
  );
}
