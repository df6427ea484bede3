import type { Position, Task } from '@/lib/protocol';

/** A signed-in user of a real service, over HTTP. */
export interface ServiceApi {
  readonly token: string;
  readonly userId: string;
  create(fields: Readonly<Record<string, unknown>>): Promise<Task>;
  patch(id: Task['id'], fields: Readonly<Record<string, unknown>>): Promise<Task>;
  complete(id: Task['id']): Promise<Task>;
  remove(id: Task['id']): Promise<void>;
  /** Makes a project with these members besides oneself. @returns its id. */
  createProject(name: string, members: readonly string[]): Promise<string>;
  list(): Promise<{ readonly tasks: readonly Task[]; readonly positions: Readonly<Record<string, Position>> }>;
}

/** Signs in by the development login; the same name is the same user. */
export async function signInToService(url: string, name: string): Promise<ServiceApi> {
  const login = await request<{ token: string; user: { id: string } }>(url, 'POST', '/api/v1/auth/dev-login', { name });
  const { token } = login;
  const send = <T>(method: string, path: string, body?: unknown) => request<T>(url, method, path, body, token);
  const path = (id: Task['id']) => `/api/v1/tasks/${encodeURIComponent(id)}`;
  return {
    token,
    userId: login.user.id,
    create: async (fields) => (await send<{ task: Task }>('POST', '/api/v1/tasks', fields)).task,
    patch: async (id, fields) => (await send<{ task: Task }>('PATCH', path(id), fields)).task,
    complete: async (id) => (await send<{ task: Task }>('PATCH', `${path(id)}/complete`)).task,
    remove: async (id) => void (await send('DELETE', path(id))),
    async createProject(name, members) {
      const { project } = await send<{ project: { id: string } }>('POST', '/api/v1/projects', { name });
      for (const userId of members) await send('POST', `/api/v1/projects/${project.id}/members`, { userId });
      return project.id;
    },
    list: () => send('GET', '/api/v1/tasks'),
  };
}

async function request<T>(url: string, method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}
