import {
  type Connector,
  defaultSocketUrl,
  isPosition,
  isRecord,
  isTask,
  type Mutation,
  type Position,
  RequestError,
  type Task,
  type TaskList,
  userChannel,
} from '@/lib/protocol';
import { answerOf, problemOf } from './http-answer';
import { createTokenCache } from './token-cache';

/** Where Taskwire's own service is and how to get a token for it. */
export interface NativeOptions {
  /** The socket's address, `ws://` or `wss://`. Default: `NEXT_PUBLIC_WEBSOCKET_URL`, else `ws://localhost:8005/ws`. */
  readonly url?: string;
  /** The HTTP API's address, without a slash at its end. Default: the socket's origin plus `/api/v1`. */
  readonly apiUrl?: string;
  /** Returns a fresh token. Default: `GET /api/token`, which answers `{token}`. Called before each handshake. */
  readonly getToken?: () => Promise<string>;
}

/** The longest that one request may take, milliseconds; after it the change is tried again with the same key. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** The connector for Taskwire's own service (docs/PROTOCOL.md sections 2 and 4). */
export function native<T extends Task = Task>(options: NativeOptions = {}): Connector<T> {
  const url = options.url ?? defaultSocketUrl();
  const apiUrl = options.apiUrl ?? apiUrlOf(url);
  const tokens = createTokenCache(options.getToken ?? fetchToken);

  const call = async (path: string, init: RequestInit, signal: AbortSignal): Promise<Response> => {
    const attempt = async (token: string) =>
      fetch(`${apiUrl}${path}`, {
        ...init,
        cache: 'no-store',
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
    const response = await attempt(await tokens.current());
    return response.status === 401 ? attempt(await tokens.fresh()) : response;
  };

  return {
    name: 'taskwire',
    wire: 'native',
    socketUrl: () => url,
    channels: (userId) => [userChannel(userId)],
    getToken: tokens.fresh,
    async fetchTasks(signal) {
      const tasks: T[] = [];
      let positions: Readonly<Record<string, Position>> = {};
      let cursor: string | undefined;
      do {
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
      return answerOf<T>(await call(path, init, signal), mutation.kind);
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
      return { path: '/tasks', method: 'POST', ...json(headers, { id: mutation.taskId, ...mutation.task }) };
    case 'update':
      return { path, method: 'PATCH', ...json(headers, mutation.changes) };
    case 'delete':
      return { path, method: 'DELETE', headers };
    case 'restore':
      return { path: `${path}/restore`, method: 'POST', headers };
  }
}

function json(headers: Record<string, string>, body: unknown): RequestInit {
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function apiUrlOf(socketUrl: string): string {
  const { protocol, host } = new URL(socketUrl);
  return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}/api/v1`;
}

async function fetchToken(): Promise<string> {
  const response = await fetch('/api/token', { cache: 'no-store' });
  if (!response.ok) throw new RequestError(response.status, await problemOf(response));
  const body: unknown = await response.json();
  if (!isRecord(body) || typeof body.token !== 'string') throw new RequestError(502, '/api/token answered no token.');
  return body.token;
}
