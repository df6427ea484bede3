import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type ForeignServer,
  realTimeSyncServer,
  type ServerQuirks,
  syncServiceServer,
  taskmdServer,
  taskUpdateServer,
  todoServer,
} from '@/lib/testing';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(server: ForeignServer): Promise<ForeignServer> {
  await server.start();
  ends.push(() => server.stop(1006));
  return server;
}

/** A client that knows nothing of the library. */
async function dial(server: ForeignServer, path: string, first?: object) {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path);
  const frames: string[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  ends.push(() => socket.terminate());
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('error', () => {});
  await new Promise((resolve) => {
    socket.on('open', resolve);
    socket.on('close', resolve);
  });
  if (first !== undefined) socket.send(JSON.stringify(first));
  const hears = (count: number) => expect.poll(() => frames.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(count);
  return { socket, frames, closed, hears, messages: () => frames.map((frame) => JSON.parse(frame)) };
}

/** Lets what was sent so far arrive. */
const echo = async (socket: WebSocket) => {
  const answered = new Promise((resolve) => socket.once('pong', resolve));
  socket.ping();
  await answered;
};

const task = { title: 'Milk', description: 'Oat' };
const post = (server: ForeignServer, path: string, body: unknown, type = 'application/json', method = 'POST') =>
  fetch(server.url + path, {
    method,
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the documents', () => {
  it('[DI57] 000: changes and fullTask in a payload', async () => {
    const server = await started(syncServiceServer());
    const { messages, hears } = await dial(server, '/ws');
    const { id } = server.create(task);
    server.update(id, { completed: true });
    server.remove(id);
    await hears(3);
    expect(messages()).toMatchObject([
      { type: 'TASK_CREATED', payload: { task: { id, title: 'Milk', userId: 'u1' } } },
      { type: 'TASK_UPDATED', payload: { taskId: id, changes: { status: 'completed' }, fullTask: { title: 'Milk' } } },
      { type: 'TASK_DELETED', payload: { taskId: id } },
    ]);
  });

  it('[DI57] 001: a row under task, at the path of the user', async () => {
    const server = await started(taskUpdateServer());
    const { messages, hears } = await dial(server, '/ws/u1');
    const { id } = server.create(task);
    server.update(id, { completed: true });
    server.remove(id);
    await hears(3);
    expect(messages()).toMatchObject([
      { type: 'task_update', event: 'task.created', task: { id: 1, title: 'Milk' }, timestamp: expect.any(String) },
      { event: 'task.completed', task: { completed: true } },
      { event: 'task.deleted', task: { id: 1 } },
    ]);
  });

  it('[DI57] 002: silent before subscribe, then actions with metadata, and restores', async () => {
    const server = await started(realTimeSyncServer());
    const { socket, messages, frames, hears } = await dial(server, '/ws?userId=u1');
    const { id } = server.create(task);
    await echo(socket);
    expect(frames).toEqual([]);
    socket.send('{"type":"subscribe","all":true}');
    socket.send('{"type":"ping"}');
    await hears(1);
    server.update(id, { completed: true });
    server.remove(id);
    server.restore(id);
    await hears(4);
    expect(messages()).toMatchObject([
      { type: 'pong' },
      { action: 'task_status_changed', event_type: 'TASK_STATUS_CHANGED', task_id: 1, data: { status: 'completed' } },
      { action: 'task_deleted', event_type: 'TASK_REMOVED' },
      { action: 'task_restored', data: { title: 'Milk' }, metadata: {} },
    ]);
    expect(Object.keys(messages()[1].data).sort()).toEqual(['completed_at', 'id', 'status', 'updated_at']);
  });

  it('[DI57] 003: its words, documents in, bulk updates', async () => {
    const server = await started(taskmdServer());
    const { messages, hears } = await dial(server, '/api/v1/projects/p/ws');
    const tasks = '/api/v1/projects/p/tasks';
    const made = await post(server, tasks, '---\ntitle: "Tea: green"\nstatus: open\n---\n\n# Leaves', 'text/markdown');
    expect(await made.json()).toMatchObject({
      id: 'TASK-001',
      title: 'Tea: green',
      status: 'open',
      markdown_body: '# Leaves',
    });
    const updates = [{ id: 'TASK-001', status: 'done' }, { id: 'none' }];
    const bulk = await post(server, `${tasks}/bulk`, { updates }, 'application/json', 'PATCH');
    expect(await bulk.json()).toMatchObject({ tasks: [{ id: 'TASK-001', status: 'done' }] });
    expect((await post(server, tasks, '---\nstatus: open\n---\n', 'text/markdown')).status).toBe(422);
    await hears(2);
    expect(messages()).toMatchObject([
      { type: 'task.created', task_id: 'TASK-001', data: { id: 'TASK-001' } },
      { type: 'task.updated', data: { status: 'done' } },
    ]);
  });

  it('[DI57] 004: AUTH first, PUT of the whole row, PATCH …/complete', async () => {
    const server = await started(todoServer());
    server.tokens.add('good');
    const headers = { authorization: 'Bearer good', 'content-type': 'application/json' };
    const { messages, hears } = await dial(server, '/ws/u1', { type: 'AUTH', token: 'good' });
    await hears(1);
    server.create(task);
    const ask = (path: string, method: string, body: object = {}) =>
      fetch(`${server.url}/tasks${path}`, { method, headers, body: JSON.stringify(body) });
    expect((await ask('/1/complete', 'PATCH')).status).toBe(200);
    expect((await ask('/1', 'PUT', { completed: false })).status).toBe(422);
    expect((await ask('/1', 'PATCH', { title: 'x' })).status).toBe(405);
    expect((await fetch(`${server.url}/tasks/`)).status).toBe(401);
    await hears(3);
    expect(messages()).toMatchObject([
      { type: 'AUTH_SUCCESS', user_id: 'u1' },
      { type: 'TASK_CREATED', task: { id: 1 } },
      { type: 'TASK_UPDATED', task: { completed: true } },
    ]);
    expect(await (await dial(server, '/ws/u1', { type: 'AUTH', token: 'bad' })).closed).toBe(1008);
  });
});

describe('the switches', () => {
  const made = async (quirks: ServerQuirks) => {
    const server = await started(taskUpdateServer(quirks));
    return { server, ...(await dial(server, '/ws/u1')) };
  };

  it.each<[keyof ServerQuirks, ServerQuirks, object]>([
    ['ids', { ids: 'numeric string' }, { task: { id: '1' } }],
    ['ids', { ids: 'TASK-001' }, { task: { id: 'TASK-001' } }],
    ['payload', { payload: 'payload.task' }, { payload: { task: { id: 1 } } }],
    ['payload', { payload: 'data.payload' }, { data: { payload: { id: 1 } } }],
    ['neverCreates', { neverCreates: true }, { event: 'task.updated', task: { title: 'Milk' } }],
    ['times', { times: 'null' }, { timestamp: null, task: { created_at: null } }],
    ['times', { times: 'zero' }, { timestamp: '0001-01-01T00:00:00Z' }],
    ['times', { times: 'naive' }, { timestamp: expect.stringMatching(/\d$/) }],
    ['times', { times: 'nanoseconds' }, { timestamp: expect.stringMatching(/\.\d{9}Z$/) }],
    ['otherCase', { otherCase: true }, { task: { createdAt: expect.any(String) } }],
  ])('[DI57] %s: %j', async (_, quirks, expected) => {
    const { server, messages, hears } = await made(quirks);
    server.create(task);
    await hears(1);
    expect(messages()[0]).toMatchObject(expected);
  });

  it.each<[NonNullable<ServerQuirks['updates']>, object]>([
    ['full', { id: 1, title: 'Tea', description: 'Oat' }],
    ['partial', { id: 1, title: 'Tea', updated_at: expect.any(String) }],
    ['changes', { id: 1, title: 'Tea', updated_at: expect.any(String) }],
  ])('[DI57] updates: %s', async (updates, expected) => {
    const { server, messages, hears } = await made({ updates });
    server.create(task);
    server.update(1, { title: 'Tea' });
    await hears(2);
    expect(messages()[1].task).toMatchObject(expected);
    expect('description' in messages()[1].task).toBe(updates === 'full');
  });

  it('[DI57] joinsFrames, welcomes, bareText, heartbeat', async () => {
    const { server, socket, frames, hears } = await made({
      joinsFrames: true,
      welcomes: true,
      bareText: true,
      heartbeat: { kind: 'json', everyMs: 20 },
    });
    server.create(task);
    server.create(task);
    socket.send('ping');
    await hears(5);
    expect(frames[0]).toContain('connection.established');
    expect(frames.some((frame) => frame.split('\n').length === 2)).toBe(true);
    expect(frames).toEqual(expect.arrayContaining(['pong', 'ping', '{"type":"ping","timestamp":null}']));
  });

  it('[DI57] repeatsEvery and reordersEvery', async () => {
    const { server, messages, hears } = await made({ repeatsEvery: 3, reordersEvery: 2 });
    for (const title of ['1', '2', '3']) server.create({ title });
    await hears(4);
    expect(messages().map(({ task: { title } }) => title)).toEqual(['1', '3', '2', '3']);
  });

  it('[DI57] deaf, and maxClientFrameBytes', async () => {
    const { server, socket, frames, closed } = await made({ deaf: true, maxClientFrameBytes: 512 });
    server.create(task);
    await echo(socket);
    expect(frames).toEqual([]);
    socket.send('x'.repeat(513));
    expect(await closed).toBe(1009);
  });

  it('[DI57] refusal before and after the handshake, and lockoutMs', async () => {
    const server = await started(taskUpdateServer({ lockoutMs: 60_000 }));
    server.tokens.add('good');
    for (const [refusal, code] of [
      ['http 401', 1006],
      ['http 403', 1006],
      [1008, 1008],
      [4001, 4001],
    ] as const) {
      server.quirks.refusal = refusal;
      expect(await (await dial(server, '/ws/u1?token=bad')).closed).toBe(code);
    }
    for (let count = 0; count < 6; count++) (await dial(server, '/ws/u1?token=good')).socket.close();
    expect(await (await dial(server, '/ws/u1?token=good')).closed).toBe(1006);
  });

  it('[DI57] eventFirstMs, deletesByUpdate, deletesWithRow, answersNothing, refuseNext', async () => {
    const { server, messages, hears } = await made({ eventFirstMs: 50, answersNothing: true });
    const answer = post(server, '/api/v1/tasks', task);
    await hears(1);
    expect(messages()[0]).toMatchObject({ event: 'task.created' });
    expect((await answer).status).toBe(201);
    expect((await post(server, '/api/v1/tasks/1', { title: 'Tea' }, 'application/json', 'PATCH')).status).toBe(204);
    server.refuseNext.push(503);
    expect((await post(server, '/api/v1/tasks', task)).status).toBe(503);
    server.create(task);
    server.quirks.deletesWithRow = true;
    server.remove(1);
    server.quirks.deletesByUpdate = true;
    server.remove(2);
    await hears(5);
    expect(messages().slice(3)).toMatchObject([
      { event: 'task.deleted', task: { id: 1, title: 'Tea', deleted: true } },
      { event: 'task.updated', task: { id: 2, deleted: true } },
    ]);
  });
});
