import { afterEach, describe, expect, it, vi } from 'vitest';
import { autoDetect, defineConnector, syncService, taskmd, taskUpdate, todo } from '@/lib/connectors';
import { taskUpdate as dialect, type Mutation, type Task } from '@/lib/protocol';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** A server of which each request is answered by `answer`. */
function serve(answer: (asked: Asked) => Response | undefined): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const body = typeof init.body === 'string' ? init.body : undefined;
    const asked = { method: init.method ?? 'GET', url, headers: new Headers(init.headers), body };
    all.push(asked);
    return answer(asked) ?? new Response(null, { status: 404 });
  });
  return all;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const signal = new AbortController().signal;
const baseUrl = 'http://host:8000';
const known: Task = {
  id: 5,
  title: 'Milk',
  description: 'Oat',
  status: 'pending',
  completed: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ownerId: 'u1',
};
const context = { userId: 'u1', known };
const update = (changes: Partial<Task>, taskId: Task['id'] = 5): Mutation => ({
  kind: 'update',
  id: 'm',
  taskId,
  changes,
});
const create: Mutation = {
  kind: 'create',
  id: 'm',
  taskId: 'u-1',
  task: { title: 'Tea: green', description: '# Leaves', priority: 'high' },
  draft: { ...known, id: 'u-1', title: 'Tea: green' },
};

describe('a connector for a foreign server', () => {
  it.each([
    ['an array', [{ id: 5, title: 'Milk', completed: false }]],
    ['tasks', { tasks: [{ id: 5, title: 'Milk', status: 'pending' }] }],
    ['data', { success: true, data: [{ id: 5, title: 'Milk' }] }],
    ['data.items', { data: { items: [{ id: 5, title: 'Milk' }, { title: 'no id' }, null] } }],
  ])('[DI55] reads a list in whatever it is wrapped: %s', async (_, body) => {
    serve(() => Response.json(body));
    const list = await taskUpdate({ baseUrl }).fetchTasks(signal, context);
    expect(list).toMatchObject({
      complete: true,
      tasks: [{ id: 5, title: 'Milk', completed: false, status: 'pending' }],
    });
    expect(list.tasks).toHaveLength(1);
  });

  it('[DI55] reads all pages, and says so where there is more than it could read', async () => {
    const asked = serve(({ url }) =>
      url.endsWith('cursor=2')
        ? Response.json({ tasks: [{ id: 2, title: 'b' }] })
        : Response.json({ tasks: [{ id: 1, title: 'a' }], next_cursor: 2 }),
    );
    expect(await taskUpdate({ baseUrl }).fetchTasks(signal)).toMatchObject({
      complete: true,
      tasks: [{ id: 1 }, { id: 2 }],
    });
    expect(asked).toHaveLength(2);
    serve(() => Response.json({ items: [{ id: 1, title: 'a' }], total: 300 }));
    expect(await taskUpdate({ baseUrl }).fetchTasks(signal)).toMatchObject({ complete: false });
  });

  it('[DI55] finds the collection where it is, once', async () => {
    const asked = serve(({ url }) => (url.startsWith(`${baseUrl}/tasks`) ? Response.json([]) : undefined));
    const connector = syncService({ baseUrl });
    await connector.fetchTasks(signal);
    await connector.fetchTasks(signal);
    expect(asked.map(({ url }) => url.slice(baseUrl.length))).toEqual([
      '/api/v1/tasks',
      '/api/tasks',
      '/tasks',
      '/tasks',
    ]);
  });

  it('[DI55] refuses what is no list, with its name', async () => {
    serve(() => new Response('<html>'));
    await expect(todo({ baseUrl }).fetchTasks(signal)).rejects.toThrow(
      'todo answered something that is not a task list',
    );
  });

  it('[AU1] shows its token as a bearer, and a fresh one after a refusal', async () => {
    let count = 0;
    const asked = serve(({ headers }) =>
      headers.get('authorization') === 'Bearer t2' ? Response.json([]) : new Response(null, { status: 401 }),
    );
    await taskUpdate({ baseUrl, getToken: async () => `t${++count}` }).fetchTasks(signal);
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer t1', 'Bearer t2']);
    expect(asked.every(({ url }) => !url.includes('t1'))).toBe(true);
  });

  it.each([
    ['a row', 200, { id: 5, title: 'New' }, { outcome: 'done', task: { id: 5, title: 'New', description: 'Oat' } }],
    ['a wrapped row', 200, { data: { task: { id: '5', title: 'New' } } }, { outcome: 'done', task: { title: 'New' } }],
    ['nothing', 204, undefined, { outcome: 'done', task: { id: 5, title: 'New', description: 'Oat' } }],
    ['a row that is deleted', 200, { id: 5, title: 'New', deleted: true }, { outcome: 'gone' }],
    ['404', 404, undefined, { outcome: 'gone' }],
    ['422', 422, { detail: 'Title too long' }, { outcome: 'rejected', status: 422, reason: 'Title too long' }],
    [
      '422 of FastAPI',
      422,
      { detail: [{ loc: ['body'], msg: 'field required' }] },
      { outcome: 'rejected', reason: 'field required' },
    ],
    ['503', 503, undefined, { outcome: 'retry', isUndone: true }],
    ['500', 500, undefined, { outcome: 'retry' }],
  ])('[DI50] understands an update answered by %s', async (_, status, body, expected) => {
    serve(() => new Response(body && JSON.stringify(body), { status }));
    expect(await taskUpdate({ baseUrl }).mutate(update({ title: 'New' }), signal, context)).toMatchObject(expected);
  });

  it('[DI50] tells a delete that the server kept', async () => {
    serve(() => Response.json({ id: 5, title: 'Changed', deleted: false }));
    const answer = await taskUpdate({ baseUrl }).mutate({ kind: 'delete', id: 'm', taskId: 5 }, signal, context);
    expect(answer).toMatchObject({ outcome: 'rejected' });
  });

  it('[DI50] finds the id of a new task in its address', async () => {
    serve(() => new Response(null, { status: 201, headers: { location: '/tasks/77' } }));
    expect(await taskUpdate({ baseUrl }).mutate(create, signal)).toMatchObject({
      outcome: 'done',
      task: { id: '77', title: 'Tea: green' },
    });
  });

  it('[DI50] takes the whole row to a server without PATCH', async () => {
    const asked = serve(({ method }) => new Response(null, { status: method === 'PUT' ? 204 : 405 }));
    await taskUpdate({ baseUrl }).mutate(update({ title: 'New' }), signal, context);
    expect(asked.map(({ method }) => method)).toEqual(['PATCH', 'PUT']);
    expect(JSON.parse(asked[1]?.body ?? '')).toMatchObject({ title: 'New', description: 'Oat' });
  });

  it('[DI56] makes a connector of thirty lines', async () => {
    const asked = serve(() => Response.json([{ id: 1, title: 'a' }]));
    const connector = defineConnector({
      name: 'mine',
      socketUrl: (userId) => `ws://host/live/${userId}`,
      tasksUrl: 'http://host/users/{userId}/tasks',
      dialect,
    });
    expect(connector.socketUrl('u1')).toBe('ws://host/live/u1');
    expect((await connector.fetchTasks(signal, context)).tasks).toMatchObject([{ id: 1, title: 'a' }]);
    await connector.mutate({ kind: 'restore', id: 'm', taskId: 5 }, signal, context);
    expect(asked.map(({ method, url }) => [method, url])).toEqual([
      ['GET', 'http://host/users/u1/tasks'],
      ['POST', 'http://host/users/u1/tasks'],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toMatchObject({ title: 'Milk', description: 'Oat' });
  });
});

describe('the todo server', () => {
  it.each(['sets', 'toggles', 'only completes'])(
    '[DI51] is told whether a task is done, where PATCH …/complete %s',
    async (how) => {
      let completed = how === 'toggles';
      serve(({ method, url, body }) => {
        const wanted = JSON.parse(body ?? '{}').completed as boolean;
        if (url.endsWith('/complete')) completed = how === 'sets' ? wanted : how === 'toggles' ? !completed : true;
        else if (method === 'PUT') completed = wanted;
        return Response.json({ id: 5, title: 'Milk', completed });
      });
      for (const wanted of [true, false, true, true, false]) {
        await todo({ baseUrl }).mutate(update({ completed: wanted, status: 'x' }), signal, context);
        expect(completed).toBe(wanted);
      }
    },
  );

  it('[DI51] gets the whole row by PUT for everything else', async () => {
    const asked = serve(() => Response.json({ id: 5, title: 'New', completed: false }));
    await todo({ baseUrl }).mutate(update({ title: 'New' }), signal, context);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`PUT ${baseUrl}/tasks/5`]);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ title: 'New', description: 'Oat', completed: false });
  });
});

describe('the TaskMD server', () => {
  const server = () => taskmd({ baseUrl, projectId: 'my project' });

  it('[DI52] gets a new task as a document, its fields as front matter and its description as body', async () => {
    const asked = serve(() =>
      Response.json({ id: 'TASK-001', title: 'Tea: green', markdown_body: '# Leaves' }, { status: 201 }),
    );
    const answer = await server().mutate(create, signal);
    expect(asked[0]).toMatchObject({ method: 'POST', url: `${baseUrl}/api/v1/projects/my%20project/tasks` });
    expect(asked[0]?.headers.get('content-type')).toBe('text/markdown');
    expect(asked[0]?.body).toBe('---\ntitle: "Tea: green"\npriority: high\n---\n\n# Leaves');
    expect(answer).toMatchObject({ outcome: 'done', task: { id: 'TASK-001', description: '# Leaves' } });
  });

  it('[DI52] gets it as JSON where it wants no documents', async () => {
    const asked = serve(({ headers }) =>
      headers.get('content-type') === 'text/markdown'
        ? new Response(null, { status: 415 })
        : Response.json({ id: 'TASK-001', title: 'Tea: green' }),
    );
    await server().mutate(create, signal);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({
      title: 'Tea: green',
      priority: 'high',
      markdown_body: '# Leaves',
    });
  });

  it('[DI52] gets a change as the whole document where it takes no JSON, and tells the first fault otherwise', async () => {
    const asked = serve(({ headers }) =>
      headers.get('content-type') === 'text/markdown'
        ? Response.json({ id: 5, title: 'New' })
        : new Response(null, { status: 415 }),
    );
    expect(await server().mutate(update({ title: 'New' }), signal, context)).toMatchObject({ outcome: 'done' });
    expect(asked[1]).toMatchObject({
      method: 'PUT',
      body: '---\ntitle: New\nstatus: open\ncompleted: false\nuser_id: u1\n---\n\nOat',
    });
    serve(() => Response.json({ error: 'Too long' }, { status: 422 }));
    expect(await server().mutate(update({ title: 'New' }), signal, context)).toMatchObject({ reason: 'Too long' });
  });

  it('[DI53] gets what leaves in one turn in one bulk update, and each on its own where it has none', async () => {
    for (const hasBulk of [true, false]) {
      const asked = serve(({ url, body }) => {
        if (!url.endsWith('/bulk')) return Response.json({ id: Number(url.split('/').at(-1)), title: 'One' });
        const { updates } = JSON.parse(body ?? '') as { updates: object[] };
        return hasBulk ? Response.json({ tasks: updates }) : new Response(null, { status: 404 });
      });
      const connector = server();
      const send = () =>
        Promise.all([1, 2, 3].map((id) => connector.mutate(update({ title: `T${id}` }, id), signal, context)));
      const answers = await send();
      await send();
      expect(answers.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
      expect(asked.filter(({ url }) => url.endsWith('/bulk'))).toHaveLength(hasBulk ? 2 : 1);
      expect(asked).toHaveLength(hasBulk ? 2 : 7);
    }
  });
});

describe('autoDetect', () => {
  const created = { taskmd: { type: 'task.created', project_id: 'p', task_id: 'T', data: { id: 'T', title: 'A' } } };
  const messages = {
    'sync-service': { type: 'TASK_CREATED', payload: { task: { id: 'T', title: 'A' } }, timestamp: null },
    'task-update': { type: 'task_update', event: 'task.created', task: { id: 'T', title: 'A' } },
    'real-time-sync': {
      type: 'task_update',
      action: 'task_created',
      event_type: 'TASK_ADDED',
      task_id: 'T',
      data: { id: 'T', title: 'A' },
    },
    taskmd: created.taskmd,
    todo: { type: 'TASK_CREATED', task: { id: 'T', title: 'A' }, timestamp: null },
  };

  it.each(Object.entries(messages))('[DI54] recognises %s and says so', (name, message) => {
    const detected: string[] = [];
    const { socket } = autoDetect({ baseUrl, onDetected: (dialect) => detected.push(dialect) });
    expect(socket.decode('{"type":"ping","timestamp":null}').events).toEqual([]);
    expect(detected).toEqual([]);
    for (let count = 0; count < 2; count++) {
      expect(socket.decode(JSON.stringify(message))).toMatchObject({
        events: [{ kind: 'created', taskId: 'T' }],
        skipped: [],
      });
    }
    expect(detected).toEqual([name]);
  });

  it('[DI54] names both dialects of a mixed stream, and takes the good messages', () => {
    const { socket } = autoDetect({ baseUrl });
    const frame = [messages.todo, messages.taskmd, messages.todo].map((message) => JSON.stringify(message)).join('\n');
    const { events, skipped } = socket.decode(frame);
    expect(events).toHaveLength(2);
    expect(skipped).toEqual(['a mixed stream: a message of taskmd among those of todo']);
  });
});
