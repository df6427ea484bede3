import type { IncomingMessage } from 'node:http';
import type { Delivery } from './delivery';
import type { ServerQuirks } from './server-quirks';
import type { RowStyle, ServerEvent, ServerTask } from './server-task';

/** What a request may do with the tasks of a server; each tells all clients. */
export interface TaskBook {
  readonly style: RowStyle;
  readonly quirks: ServerQuirks;
  list(): readonly ServerTask[];
  find(id: string): ServerTask | undefined;
  create(fields: Partial<ServerTask>): ServerTask;
  update(id: string, fields: Partial<ServerTask>): ServerTask | undefined;
  remove(id: string): ServerTask | undefined;
  restore(id: string): ServerTask | undefined;
}

/** One request below the server's collection of tasks. */
export interface TaskRequest {
  readonly method: string;
  /** What follows the collection: `''`, `/5`, `/5/complete`. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

/** An answer; a body that is `undefined` is none. */
export interface TaskAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Everything in which the five kinds of servers differ. */
export interface ServerKind {
  readonly name: string;
  readonly style: RowStyle;
  readonly ids: NonNullable<ServerQuirks['ids']>;
  /** The user of a socket's address; `undefined` where no socket is. */
  socketUser(url: URL): string | undefined;
  /** What follows the collection in an address; `undefined` outside of it. */
  taskPath(url: URL): string | undefined;
  /** What this server sends of an event. */
  message(event: ServerEvent, quirks: ServerQuirks): object;
  /** Does the socket want its token as first message? Returns the token of one. */
  readonly readAuth?: (message: Readonly<Record<string, unknown>>) => string | undefined;
  /** What is answered to a good first message. */
  readonly welcome?: (user: string) => object;
  /** A client said something. Returns whether events may be sent to it now; `undefined` leaves that as it is. */
  readonly hear?: (message: Readonly<Record<string, unknown>>, to: Delivery) => boolean | undefined;
  /** May events be sent before the client has said anything? Default `true`. */
  readonly isOpenAtOnce?: boolean;
  /** Requests that only this kind knows; `undefined` leaves one to the usual ways. */
  readonly answer?: (request: TaskRequest, book: TaskBook) => Promise<TaskAnswer | undefined> | TaskAnswer | undefined;
}

/** The token that a request or handshake carries: bearer, query or cookie. */
export function tokenOf({ headers }: IncomingMessage, url: URL): string | undefined {
  const bearer = headers.authorization?.replace(/^Bearer /i, '');
  const cookie = /(?:^|;\s*)token=([^;]*)/.exec(headers.cookie ?? '')?.[1];
  return bearer ?? url.searchParams.get('token') ?? cookie;
}
