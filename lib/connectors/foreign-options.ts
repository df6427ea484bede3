import type { SocketAuth } from '@/lib/protocol';
import type { ConnectorPlan } from './define-connector';

/** Where a foreign server is and who asks. */
export interface ForeignOptions {
  /** The server's address, `http://` or `https://`, without a slash at its end. */
  readonly baseUrl: string;
  /** Where the socket of a user is, when it is not where the server's document says; never with a token. */
  readonly socketUrl?: string | ((userId: string) => string);
  /** The collection of tasks, when it is none of the usual ones; `{userId}` stands for the user. */
  readonly tasksUrl?: string | readonly string[];
  /** A fresh token. Default: there is none; cookies go where the browser sends them by itself. */
  readonly getToken?: (() => Promise<string>) | undefined;
  /** How the socket shows who it is, when it is not the way of the server's document. `cookie`: requests carry cookies to another origin too. */
  readonly auth?: SocketAuth;
}

/** What the options say about a plan, with the server's own ways for the rest. */
export function foreignPlan(
  { baseUrl, socketUrl, tasksUrl, getToken, auth }: ForeignOptions,
  socketPath: (userId: string) => string,
  tasksPaths?: readonly string[],
): Pick<ConnectorPlan, 'socketUrl' | 'tasksUrl' | 'baseUrl' | 'getToken'> & { readonly auth: SocketAuth } {
  const place = socketUrl ?? ((userId: string) => `${baseUrl.replace(/^http/, 'ws')}${socketPath(userId)}`);
  return {
    socketUrl: typeof place === 'string' ? () => place : place,
    baseUrl,
    tasksUrl: tasksUrl ?? tasksPaths,
    getToken,
    auth: auth ?? (getToken === undefined ? 'none' : { query: 'token' }),
  };
}
