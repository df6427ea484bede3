import type { Mutation, Task } from '@/lib/protocol';
import type { ChangeTools, SendChange } from './define-connector';
import { json } from './rest';
import { contentOf, sendPlainly } from './send-plainly';
import { gatherUpdates } from './taskmd-bulk';

/** How a server says that it takes no such request, and how one that tried to read a document as JSON may say so too. */
const TAKES_NO_JSON = [405, 415, 501];
const TAKES_NO_DOCUMENT = [400, ...TAKES_NO_JSON, 422];

/** Carries out changes at a TaskMD server. Loaded with the first one. */
export function createTaskmdChanges<T extends Task>(): SendChange<T> {
  const updates = gatherUpdates<T>(update);
  return (mutation, tools) => {
    if (mutation.kind === 'update') return updates(mutation, tools);
    return mutation.kind === 'delete' ? sendPlainly(mutation, tools) : post(mutation, tools);
  };
}

/** A change goes as JSON; as the whole document where the server wants no JSON ([DI52]). */
async function update<T extends Task>(mutation: Mutation<T>, tools: ChangeTools<T>): Promise<Response> {
  const response = await sendPlainly(mutation, tools);
  if (mutation.kind !== 'update' || !TAKES_NO_JSON.includes(response.status)) return response;
  const { call, signal, encode, known } = tools;
  const init = await documentOf('PUT', encode({ ...contentOf(known), ...mutation.changes }));
  const again = await call(`/${encodeURIComponent(mutation.taskId)}`, init, signal);
  // Of two refusals the first one names the fault.
  return again.ok ? again : response;
}

/** A new task is sent as a document; as JSON where the server wants no documents ([DI52]). */
async function post<T extends Task>(
  mutation: Extract<Mutation<T>, { kind: 'create' | 'restore' }>,
  { call, signal, encode, known }: ChangeTools<T>,
): Promise<Response> {
  const fields = encode(mutation.kind === 'create' ? mutation.task : contentOf(known));
  const response = await call('', await documentOf('POST', fields), signal);
  return TAKES_NO_DOCUMENT.includes(response.status) ? call('', json('POST', fields), signal) : response;
}

/** The writer is loaded with the first document. */
async function documentOf(
  method: string,
  { markdown_body: body, ...fields }: Readonly<Record<string, unknown>>,
): Promise<RequestInit> {
  const { writeDocument } = await import('./taskmd-document');
  return { method, headers: { 'content-type': 'text/markdown' }, body: writeDocument(fields, body) };
}
