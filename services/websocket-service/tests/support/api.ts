/** An answer of the HTTP API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; an empty object when it is not JSON. */
  readonly body: AnswerBody;
}

/** The members that tests look at. */
export interface AnswerBody {
  readonly task: TaskBody;
  readonly tasks: readonly TaskBody[];
  readonly positions: Readonly<
    Record<string, { readonly epoch: string; readonly seq: number; readonly eventId?: string }>
  >;
  readonly nextCursor?: string;
  readonly complete: boolean;
  readonly epoch: string;
  readonly token: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly project: { readonly id: string; readonly name: string; readonly ownerId: string };
  readonly projects: readonly { readonly id: string }[];
  readonly members: readonly { readonly userId: string; readonly since: string }[];
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** A task as it came. */
export interface TaskBody {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

/** What goes with a request. */
export interface RequestParts {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Call = (method: string, path: string, parts?: RequestParts) => Promise<ApiAnswer>;

/** The HTTP API of one service. */
export interface Api {
  readonly call: Call;
  signIn(name: string): Promise<User>;
}

/** A signed-in user with the calls that tests repeat. */
export interface User {
  readonly id: string;
  readonly token: string;
  readonly channel: string;
  readonly call: Call;
  create(fields?: object, headers?: Readonly<Record<string, string>>): Promise<TaskBody>;
  patch(id: string, fields: object, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  /** Makes a project with these members. @returns its id. */
  project(name: string, ...members: readonly User[]): Promise<string>;
  share(id: string, watcher: User): Promise<ApiAnswer>;
  unshare(id: string, watcher: User): Promise<ApiAnswer>;
}

export function createApi(url: string): Api {
  const call: Call = async (method, path, { token, body, text, headers } = {}) => {
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    const received = await answer.text();
    return { status: answer.status, headers: answer.headers, text: received, body: parsed(received) };
  };
  return {
    call,
    async signIn(name) {
      const { body } = await call('POST', '/api/v1/auth/dev-login', { body: { name } });
      return userOf(call, body.user.id, body.token);
    },
  };
}

/** A user with a token of the test's own making. */
export function userOf(call: Call, id: string, token: string): User {
  const own: Call = (method, path, parts) => call(method, path, { token, ...parts });
  return {
    id,
    token,
    channel: `user:${id}`,
    call: own,
    create: async (fields = { title: 'a task' }, headers = {}) =>
      (await own('POST', '/api/v1/tasks', { body: fields, headers })).body.task,
    patch: (taskId, fields, headers = {}) => own('PATCH', `/api/v1/tasks/${taskId}`, { body: fields, headers }),
    async project(name, ...members) {
      const { project } = (await own('POST', '/api/v1/projects', { body: { name } })).body;
      for (const member of members) {
        await own('POST', `/api/v1/projects/${project.id}/members`, { body: { userId: member.id } });
      }
      return project.id;
    },
    share: (taskId, watcher) => own('POST', `/api/v1/tasks/${taskId}/shares`, { body: { userId: watcher.id } }),
    unshare: (taskId, watcher) => own('DELETE', `/api/v1/tasks/${taskId}/shares`, { body: { userId: watcher.id } }),
  };
}

function parsed(text: string): AnswerBody {
  try {
    return JSON.parse(text) as AnswerBody;
  } catch {
    return {} as AnswerBody;
  }
}
