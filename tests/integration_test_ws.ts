// Seed 004's integration test: establishes a WebSocket connection, performs task CRUD operations, and verifies that the
// events are properly broadcasted. `npm run test:ws` runs it against a service that listens already (SERVICE_URL, default
// http://localhost:8005); the integration suite runs it against one of its own.
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';

/** How long an event may take, milliseconds. */
const PATIENCE_MS = 15_000;

interface Message {
  readonly type: string;
  readonly task?: { readonly id: string; readonly title: string; readonly completed: boolean };
  readonly task_id?: string;
  readonly user_id?: string;
}

interface User {
  readonly id: string;
  readonly token: string;
}

/**
 * Runs the steps against a service in development mode. Rejects with what was expected and what came at the first step that
 * fails.
 *
 * @param log Hears each step that held.
 */
export async function integrationTestWs(serviceUrl: string, log: (step: string) => void): Promise<void> {
  const name = `Integration test ${crypto.randomUUID().slice(0, 8)}`;
  const [user, stranger] = [await signIn(serviceUrl, name), await signIn(serviceUrl, `${name}, a stranger`)];
  const [first, second, other] = [connect(serviceUrl), connect(serviceUrl), connect(serviceUrl)];
  try {
    for (const client of [first(user), second(user)]) {
      const { user_id } = await client.expect('AUTH_SUCCESS');
      check(user_id === user.id, `AUTH_SUCCESS names ${user.id}`, user_id);
    }
    await other(stranger).expect('AUTH_SUCCESS');
    log('1. WebSocket connections are established and authenticated');

    const created = await request(serviceUrl, user, 'POST', '/', { title: 'Integration test task' });
    const { id } = created;
    for (const client of [first(user), second(user)]) {
      const { task } = await client.expect('TASK_CREATED');
      check(task?.id === id && task.title === 'Integration test task', 'TASK_CREATED brings the task', task);
    }
    log('2. POST /tasks/ broadcasts TASK_CREATED to every client of the user');

    await request(serviceUrl, user, 'PUT', `/${id}`, { title: 'Updated task' });
    for (const client of [first(user), second(user)]) {
      const { task } = await client.expect('TASK_UPDATED');
      check(task?.title === 'Updated task' && !task.completed, 'TASK_UPDATED brings the new title', task);
    }
    log('3. PUT /tasks/{id} broadcasts TASK_UPDATED');

    await request(serviceUrl, user, 'PATCH', `/${id}/complete`);
    for (const client of [first(user), second(user)]) {
      const { task } = await client.expect('TASK_UPDATED');
      check(task?.completed === true, 'TASK_UPDATED says that the task is done', task);
    }
    log('4. PATCH /tasks/{id}/complete broadcasts TASK_UPDATED');

    await request(serviceUrl, user, 'DELETE', `/${id}`);
    for (const client of [first(user), second(user)]) {
      check((await client.expect('TASK_DELETED')).task_id === id, 'TASK_DELETED names the task', id);
    }
    log('5. DELETE /tasks/{id} broadcasts TASK_DELETED');

    await request(serviceUrl, stranger, 'POST', '/', { title: 'Not for the first user' });
    const theirs = (await other(stranger).expect('TASK_CREATED')).task;
    check(theirs?.title === 'Not for the first user', 'a user hears of their own tasks only', theirs);
    log('6. Another user received nothing of it');
  } finally {
    for (const client of [first, second, other]) client(user).close();
  }
}

interface Client {
  /** The next message, which has to be of this type. */
  expect(type: string): Promise<Message>;
  close(): void;
}

/** A client that connects when it is first given its user. */
function connect(serviceUrl: string): (user: User) => Client {
  let client: Client | undefined;
  return (user) => {
    client ??= open(serviceUrl, user);
    return client;
  };
}

function open(serviceUrl: string, { id, token }: User): Client {
  const ws = new WebSocket(`${serviceUrl.replace(/^http/, 'ws')}/ws/${encodeURIComponent(id)}?dialect=todo`);
  const messages: Message[] = [];
  let wake = (): void => {};
  let closed: string | undefined;
  ws.onopen = () => ws.send(JSON.stringify({ type: 'AUTH', token }));
  ws.onmessage = ({ data }) => {
    messages.push(JSON.parse(String(data)) as Message);
    wake();
  };
  ws.onerror = ({ message }) => {
    closed ??= message;
    wake();
  };
  ws.onclose = ({ code, reason }) => {
    closed ??= `closed with ${code} ${reason}`;
    wake();
  };
  return {
    expect: (type) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${type} came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
        wake = () => {
          const [message] = messages;
          if (message === undefined && closed === undefined) return;
          clearTimeout(timer);
          wake = () => {};
          messages.shift();
          if (message?.type === type) resolve(message);
          else reject(new Error(`expected ${type}, got ${message === undefined ? closed : JSON.stringify(message)}`));
        };
        wake();
      }),
    close: () => ws.close(),
  };
}

async function signIn(serviceUrl: string, name: string): Promise<User> {
  const answer = await fetch(`${serviceUrl}/api/v1/auth/dev-login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`the login was answered ${answer.status}: does the service run in development mode?`);
  const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
  return { id: user.id, token };
}

async function request(
  serviceUrl: string,
  { token }: User,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly id: string }> {
  const answer = await fetch(`${serviceUrl}/api/v1/tasks${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} /tasks${path} was answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { task: { id: string } }).task;
}

function check(holds: boolean, expectation: string, found: unknown): void {
  if (!holds) throw new Error(`${expectation}; found ${JSON.stringify(found)}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await integrationTestWs(process.env.SERVICE_URL ?? 'http://localhost:8005', console.log);
  console.log('All steps hold.');
}
