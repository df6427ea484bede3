import {
  defaultSocketUrl,
  isPosition,
  isRecord,
  isTask,
  type Mutation,
  type NativeConnector,
  type Position,
  RequestError,
  type Task,
  type TaskList,
  userChannel,
} from '@/lib/protocol';
import { httpOriginOf } from '@/lib/protocol/http-origin-of';
import { answerOf, problemOf } from './http-answer';
import { lookAgain } from './look-again';
import { createRest, json } from './rest';

/** Where Taskwire's own service is and how to get a token for it. */
export interface NativeOptions {
  /** The socket's address, `ws://` or `wss://`. Default: `NEXT_PUBLIC_WEBSOCKET_URL`, else `ws://localhost:8005/ws`. */
  readonly url?: string;
  /** The HTTP API's address, without a slash at its end. Default: the socket's origin plus `/api/v1`. */
  readonly apiUrl?: string;
  /** Returns a fresh token. Default: `GET /api/token`, which answers `{token}`. Called before each handshake. */
  readonly getToken?: () => Promise<string>;
}

/** The connector for Taskwire's own service (docs/PROTOCOL.md sections 2 and 4). */
export function native<T extends Task = Task>(options: NativeOptions = {}): NativeConnector<T> {
  const url = options.url ?? defaultSocketUrl();
  const apiUrl = options.apiUrl ?? `${httpOriginOf(url)}/api/v1`;
  const { call, getToken = fetchToken } = createRest(apiUrl, options.getToken ?? fetchToken);

  return {
    name: 'taskwire',
    wire: 'native',
    socketUrl: () => url,
    channels: (userId) => [userChannel(userId)],
    getToken,
    async fetchTasks(signal) {
      const tasks: T[] = [];
      let positions: Readonly<Record<string, Position>> = {};
      const asked = new Set<string | undefined>();
      let cursor: string | undefined;
      do {
        if (asked.has(cursor)) throw new RequestError(502, `The server’s task list names its page ${cursor} twice.`);
        asked.add(cursor);
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const response = await call(`/tasks${query}`, {}, signal);
        if (!response.ok) throw new RequestError(response.status, await problemOf(response));
        const page = decodeTaskPage<T>(await response.json());
        tasks.push(...page.tasks);
        if (cursor === undefined) positions = page.positions;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return { tasks, positions, complete: true };
    },
    async mutate(mutation, signal) {
      const { path, ...init } = requestOf(mutation);
      const answer = await answerOf<T>(await call(path, init, signal), mutation.kind);
      return lookAgain(mutation, answer, () => call(`/tasks/${encodeURIComponent(mutation.taskId)}`, {}, signal));
    },
  };
}

/** One page of `GET /tasks`. Tasks that are none are left out. */
export function decodeTaskPage<T extends Task>(value: unknown): TaskList<T> & { readonly nextCursor?: string } {
  if (!isRecord(value) || !Array.isArray(value.tasks)) {
    throw new RequestError(502, 'The server answered something that is not a task list.');
  }
  const positions = Object.entries(isRecord(value.positions) ? value.positions : {}).filter(
    (entry): entry is [string, Position] => isPosition(entry[1]),
  );
  return {
    tasks: value.tasks.filter((task: unknown): task is T => isTask(task)),
    positions: Object.fromEntries(positions),
    complete: value.complete === true,
    ...(typeof value.nextCursor === 'string' && { nextCursor: value.nextCursor }),
  };
}

function requestOf<T extends Task>(mutation: Mutation<T>): RequestInit & { readonly path: string } {
  const path = `/tasks/${encodeURIComponent(mutation.taskId)}`;
  const headers: Record<string, string> = { 'idempotency-key': mutation.id };
  if ('baseVersion' in mutation && mutation.baseVersion !== undefined)
    headers['if-match'] = `"${mutation.baseVersion}"`;
  switch (mutation.kind) {
    case 'create':
      return { path: '/tasks', ...json('POST', { id: mutation.taskId, ...mutation.task }, headers) };
    case 'update':
      return { path, ...json('PATCH', mutation.changes, headers) };
    case 'delete':
      return { path, method: 'DELETE', headers };
    case 'restore':
      return { path: `${path}/restore`, method: 'POST', headers };
  }
}

/** The token of the application's own session. */
export async function fetchToken(): Promise<string> {
  const response = await fetch('/api/token', { cache: 'no-store' });
  if (!response.ok) throw new RequestError(response.status, await problemOf(response));
  const body: unknown = await response.json();
  if (!isRecord(body) || typeof body.token !== 'string') throw new RequestError(502, '/api/token answered no token.');
  return body.token;
}
