import type { ClientDialect, ForeignConnector, Mutation, RequestContext, SocketDialogue, Task } from '@/lib/protocol';
import { createRest, type RestCall } from './rest';

/** What is needed to carry out one change. */
export interface ChangeTools<T extends Task> extends Partial<RequestContext<T>> {
  /** Requests below the collection's address; `''` is the collection itself. */
  readonly call: RestCall;
  readonly signal: AbortSignal;
  /** Fields of a task in this server's names and words. */
  readonly encode: (fields: object) => Readonly<Record<string, unknown>>;
}

/** Carries out one change; rejects only for faults of the network. */
export type SendChange<T extends Task> = (mutation: Mutation<T>, tools: ChangeTools<T>) => Promise<Response>;

/** What {@link defineConnector} makes a connector of. Only what differs from a plain REST server has to be said. */
export interface ConnectorPlan<T extends Task = Task> {
  /** For messages to people and for names of stored data. */
  readonly name: string;
  /** Where the socket of a user is. Must not hold a token. */
  readonly socketUrl: (userId: string) => string;
  /**
   * The collection of tasks for `GET` and `POST`; one task is below it. `{userId}` stands for the user. Of several the first
   * that is there is used. Default: `/api/v1/tasks`, `/api/tasks`, `/tasks`.
   */
  readonly tasksUrl?: string | readonly string[] | undefined;
  /** Stands before every `tasksUrl` that is a path only. Default: the page's own server. */
  readonly baseUrl?: string;
  /** How messages and rows are read and written; one of lib/protocol's dialects, or your own three functions. */
  readonly dialect: ClientDialect;
  /** What the socket expects. Default: it only sends. */
  readonly socket?: Omit<SocketDialogue<T>, 'decode'>;
  /** A fresh token, for the socket's `auth` and as `Authorization: Bearer`. Default: there is none. */
  readonly getToken?: (() => Promise<string>) | undefined;
  /** May a row's `updatedAt` tell that news is old? Default `false`. */
  readonly trustsUpdatedAt?: boolean;
  /** Can a deleted task be brought back by `POST …/restore`? Default `false`: it is made anew, under another id. */
  readonly restores?: boolean;
  /** Carries out one change. Default: `POST`, `PATCH` (or `PUT`, where there is no `PATCH`) and `DELETE`. */
  readonly send?: SendChange<T>;
}

/** Makes a connector for a server without versions (docs/CONNECTORS.md). Nothing is asked for before it is used. */
export function defineConnector<T extends Task = Task>(plan: ConnectorPlan<T>): ForeignConnector<T> {
  const { name, socketUrl, dialect, socket, trustsUpdatedAt = false } = plan;
  const { call, getToken } = createRest('', plan.getToken, socket?.auth === 'cookie' ? 'include' : undefined);
  type Tasks = Pick<ForeignConnector<T>, 'fetchTasks' | 'mutate'>;
  let loading: Promise<Tasks> | undefined;
  const load = async (): Promise<Tasks> => {
    loading ??= import('./rest-tasks').then(({ createRestTasks }) => createRestTasks(plan, call));
    try {
      return await loading;
    } catch (error) {
      // A piece of the application that could not be loaded is a fault of the network, to be tried again.
      loading = undefined;
      throw error;
    }
  };
  return {
    name,
    wire: 'plain',
    socketUrl,
    socket: { ...socket, decode: (frame) => dialect.decode(frame) },
    getToken,
    trustsUpdatedAt,
    fetchTasks: async (...request) => (await load()).fetchTasks(...request),
    mutate: async (...request) => (await load()).mutate(...request),
  };
}
