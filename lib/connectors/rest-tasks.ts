import {
  type ForeignConnector,
  isRecord,
  isTaskId,
  type MutationAnswer,
  RequestError,
  type Task,
  type TaskList,
} from '@/lib/protocol';
import type { ConnectorPlan } from './define-connector';
import { foreignAnswerOf } from './foreign-answer';
import { pageOf, taskOf } from './foreign-rows';
import { problemOf } from './http-answer';
import type { RestCall } from './rest';
import { sendPlainly } from './send-plainly';

/** Where task servers keep their tasks. */
const USUAL_PATHS: readonly string[] = ['/api/v1/tasks', '/api/tasks', '/tasks'];

/** A list of more pages than this is taken as incomplete. */
const MAX_PAGES = 200;

/** For requests outside of a session. */
const NOBODY = { userId: '' };

/** The tasks of a foreign server over REST. Loaded with the first request: a page is drawn and connected without it. */
export function createRestTasks<T extends Task>(
  plan: ConnectorPlan<T>,
  request: RestCall,
): Pick<ForeignConnector<T>, 'fetchTasks' | 'mutate'> {
  const { dialect, baseUrl = '', tasksUrl = USUAL_PATHS } = plan;
  const candidates = [tasksUrl].flat().map((url) => (url.startsWith('/') ? `${baseUrl}${url}` : url));
  let place = 0;

  const callOf =
    (userId: string): RestCall =>
    async (path, init, signal) => {
      for (;;) {
        const collection = (candidates[place] ?? '').replace('{userId}', encodeURIComponent(userId));
        const base = path.startsWith('/') ? collection.replace(/\/$/, '') : collection;
        const response = await request(`${base}${path}`, init, signal);
        // Only the collection itself can tell that it is somewhere else: a task that is not there is gone.
        if (response.status !== 404 || path !== '' || place + 1 >= candidates.length) return response;
        place += 1;
      }
    };
  const readPage = async (call: RestCall, query: string, signal: AbortSignal) => {
    const response = await call(query, { headers: { accept: 'application/json' } }, signal);
    if (!response.ok) throw new RequestError(response.status, await problemOf(response));
    const page = pageOf(await response.json().catch(() => undefined));
    if (page === undefined) throw new RequestError(502, `${plan.name} answered something that is not a task list.`);
    return page;
  };

  return {
    async fetchTasks(signal, { userId } = NOBODY): Promise<TaskList<T>> {
      const call = callOf(userId);
      const tasks: T[] = [];
      let page = await readPage(call, '', signal);
      let count = 0;
      for (let pages = 1; ; pages += 1) {
        count += page.rows.length;
        for (const row of page.rows) {
          const task = isRecord(row) && row.deleted !== true && isTaskId(row.id) && taskOf<T>(dialect.decodeRow(row));
          if (task) tasks.push(task);
        }
        if (page.next === undefined || pages === MAX_PAGES) break;
        page = await readPage(call, page.next, signal);
      }
      return { tasks, positions: {}, complete: page.next === undefined && count >= (page.total ?? 0) };
    },
    async mutate(mutation, signal, context = NOBODY): Promise<MutationAnswer<T>> {
      const call = callOf(context.userId);
      const tools = { ...context, call, signal, encode: (fields: object) => dialect.encodeRow({ ...fields }) };
      const response = await (plan.send?.(mutation, tools) ?? sendPlainly(mutation, tools, plan.restores));
      return foreignAnswerOf(response, mutation, context, dialect);
    },
  };
}
