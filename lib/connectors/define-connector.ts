import {
  type Dialect,
  type ForeignConnector,
  isRecord,
  isTaskId,
  type Mutation,
  type MutationAnswer,
  type RequestContext,
  RequestError,
  type SocketDialogue,
  type Task,
  type TaskList,
} from '@/lib/protocol';
import { foreignAnswerOf } from './foreign-answer';
import { pageOf, taskOf } from './foreign-rows';
import { problemOf } from './http-answer';
import { createRest, json, type RestCall } from './rest';

/** For requests outside of a session. */
const NOBODY = { userId: '' };

/** A list of more pages than this is taken as incomplete. */
const MAX_PAGES = 200;

/** What is needed to carry out one change. */
export interface ChangeTools<T extends Task> extends Partial<RequestContext<T>> {
  /** Requests below the collection's address; `''` is the collection itself. */
  readonly call: RestCall;
  readonly signal: AbortSignal;
  /** Fields of a task in this server's names and words. */
  readonly encode: (fields: object) => Readonly<Record<string, unknown>>;
}

/** What {@link defineConnector} makes a connector of. Only what differs from a plain REST server has to be said. */
export interface ConnectorPlan<T extends Task = Task> {
  /** For messages to people and for names of stored data. */
  readonly name: string;
  /** Where the socket of a user is. Must not hold a token. */
  readonly socketUrl: (userId: string) => string;
  /**
   * The collection of tasks for `GET` and `POST`; one task is below it. `{userId}` stands for the user. Of several the first
   * that is there is used.
   */
  readonly tasksUrl: string | readonly string[];
  /** How messages and rows are read and written; one of lib/protocol's dialects, or your own three functions. */
  readonly dialect: Pick<Dialect, 'decode' | 'decodeRow' | 'encodeRow'>;
  /** What the socket expects. Default: it only sends. */
  readonly socket?: Omit<SocketDialogue<T>, 'decode'>;
  /** A fresh token, for the socket's `auth` and as `Authorization: Bearer`. Default: there is none. */
  readonly getToken?: (() => Promise<string>) | undefined;
  /** May a row's `updatedAt` tell that news is old? Default `false`. */
  readonly trustsUpdatedAt?: boolean;
  /** Can a deleted task be brought back by `POST …/restore`? Default `false`: it is made anew, under another id. */
  readonly restores?: boolean;
  /** Carries out one change. Default: {@link sendPlainly}. `undefined` falls back to the default. */
  readonly send?: (mutation: Mutation<T>, tools: ChangeTools<T>) => Promise<Response> | undefined;
}

/** Makes a connector for a server without versions (docs/CONNECTORS.md). Nothing is asked for before it is used. */
export function defineConnector<T extends Task = Task>(plan: ConnectorPlan<T>): ForeignConnector<T> {
  const { dialect, socket = {}, trustsUpdatedAt = false } = plan;
  const candidates = [plan.tasksUrl].flat();
  const { call: request, getToken } = createRest('', plan.getToken, socket.auth === 'cookie' ? 'include' : undefined);
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
    name: plan.name,
    wire: 'plain',
    socketUrl: plan.socketUrl,
    socket: { ...socket, decode: (frame) => dialect.decode<T>(frame) },
    getToken,
    trustsUpdatedAt,
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

/** One change as most servers want it: `POST`, `PATCH` (or `PUT` of the whole row, where there is no `PATCH`), `DELETE`. */
export async function sendPlainly<T extends Task>(
  mutation: Mutation<T>,
  { call, signal, encode, known }: ChangeTools<T>,
  restores = false,
): Promise<Response> {
  const path = `/${encodeURIComponent(mutation.taskId)}`;
  switch (mutation.kind) {
    case 'create':
      return call('', json('POST', encode(mutation.task)), signal);
    case 'update': {
      const response = await call(path, json('PATCH', encode(mutation.changes)), signal);
      if (response.status !== 405 && response.status !== 501) return response;
      return call(path, json('PUT', encode({ ...known, ...mutation.changes })), signal);
    }
    case 'delete':
      return call(path, { method: 'DELETE' }, signal);
    case 'restore':
      return restores
        ? call(`${path}/restore`, { method: 'POST' }, signal)
        : call('', json('POST', encode(contentOf(known))), signal);
  }
}

/** What a person put into a task; the rest is the server's to say anew. */
export function contentOf(task: Partial<Task> = {}): object {
  const { id: _id, version: _version, createdAt: _created, updatedAt: _updated, completedAt: _done, ...content } = task;
  return content;
}
