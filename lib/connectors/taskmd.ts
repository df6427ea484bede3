import { taskmd as dialect, type ForeignConnector, type Mutation, type Task } from '@/lib/protocol';
import { type ChangeTools, contentOf, defineConnector, sendPlainly } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';
import { gatherUpdates } from './taskmd-bulk';

/** Where a TaskMD server is, and of which project the tasks are. */
export interface TaskmdOptions extends ForeignOptions {
  readonly projectId: string;
}

/** The connector for one project of a TaskMD server (seed 003): tasks are markdown documents with YAML front matter. */
export function taskmd<T extends Task = Task>({ projectId, ...options }: TaskmdOptions): ForeignConnector<T> {
  const project = `/api/v1/projects/${encodeURIComponent(projectId)}`;
  const { auth, ...plan } = foreignPlan(options, () => `${project}/ws`, [`${project}/tasks`]);
  const updates = gatherUpdates<T>(sendPlainly);
  return defineConnector<T>({
    ...plan,
    name: `taskmd ${projectId}`,
    dialect,
    // Larger ones close it with 1009.
    socket: { auth, maxFrameBytes: 512 },
    trustsUpdatedAt: true,
    send: (mutation, tools) => {
      if (mutation.kind === 'update') return updates(mutation, tools);
      return mutation.kind === 'delete' ? undefined : post(mutation, tools);
    },
  });
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
