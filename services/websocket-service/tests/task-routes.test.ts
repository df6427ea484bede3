import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative } from './support/test-socket';

const TITLE = { title: 'milk' };

describe('the task routes', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;
  let eve: User;

  beforeEach(async () => {
    service = await startTestService();
    [ada, eve] = [await service.signIn('Ada'), await service.signIn('Eve')];
  });

  it('[SV1, SV2] answer every write with the task and the epoch, versions counting on', async () => {
    const { epoch } = service.service;
    const created = await ada.call('POST', '/api/v1/tasks', { body: TITLE });
    const path = `/api/v1/tasks/${created.body.task.id}`;
    expect(created).toMatchObject({ status: 201, body: { epoch, task: { ...TITLE, version: 1, ownerId: ada.id } } });
    expect(await ada.call('PATCH', path, { body: { title: 'oats' } })).toMatchObject({
      status: 200,
      body: { epoch, task: { title: 'oats', version: 2 } },
    });
    expect(await ada.call('PUT', path, { body: { title: 'rye', note: 1 } })).toMatchObject({
      status: 200,
      body: { epoch, task: { title: 'rye', note: 1, version: 3 } },
    });
    expect(await ada.call('PATCH', `${path}/complete`)).toMatchObject({
      status: 200,
      body: { epoch, task: { completed: true, status: 'completed', version: 4 } },
    });
    const deleted = await ada.call('DELETE', path);
    expect(deleted).toMatchObject({ status: 200 });
    expect(deleted.body).toEqual({ task: { id: created.body.task.id, version: 5 }, epoch });
    expect(await ada.call('POST', `${path}/restore`)).toMatchObject({
      status: 200,
      body: { epoch, task: { title: 'rye', note: 1, version: 6 } },
    });
    expect((await ada.call('GET', path)).body).toMatchObject({ epoch, task: { title: 'rye', version: 6 } });
  });

  it('[SV142] are the same with a slash at the end', async () => {
    const created = await ada.call('POST', '/api/v1/tasks/', { body: TITLE });
    expect(created.status).toBe(201);
    const path = `/api/v1/tasks/${created.body.task.id}/`;
    expect(await ada.call('PUT', path, { body: { title: 'rye' } })).toMatchObject({ status: 200 });
    expect(await ada.call('PATCH', `${path}complete/`)).toMatchObject({ body: { task: { completed: true } } });
    expect(await ada.call('DELETE', path)).toMatchObject({ status: 200 });
    expect((await ada.call('GET', '/api/v1/tasks/')).body.tasks).toEqual([]);
    const refused = await ada.call('PUT', '/api/v1/tasks/', { body: TITLE });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('[SV7] take the client’s UUID, and refuse a taken one with the same words for everybody', async () => {
    const id = randomUUID();
    expect((await ada.create({ id, ...TITLE })).id).toBe(id);
    const own = await ada.call('POST', '/api/v1/tasks', { body: { id, ...TITLE } });
    const foreign = await eve.call('POST', '/api/v1/tasks', { body: { id, ...TITLE } });
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    const deleted = await eve.call('POST', '/api/v1/tasks', { body: { id, ...TITLE } });
    expect(own.status).toBe(409);
    expect(foreign).toMatchObject({ status: 409, text: own.text });
    expect(deleted).toMatchObject({ status: 409, text: own.text });
  });

  it.each([['nope'], [''], [5], [null], [`urn:uuid:${randomUUID()}`]])('[SV7] refuse the id %j', async (id) => {
    const answer = await ada.call('POST', '/api/v1/tasks', { body: { id, ...TITLE } });
    expect(answer).toMatchObject({ status: 400, body: { detail: 'id must be a UUID.' } });
  });

  it('[SV11] say 404 for what is not this user’s, whatever is tried, and for what is deleted', async () => {
    const { id } = await ada.create(TITLE);
    const path = `/api/v1/tasks/${id}`;
    const attempts = [
      ['GET', path],
      ['PATCH', path, { title: 'x' }],
      ['PUT', path, { title: 'x' }],
      ['DELETE', path],
      ['PATCH', `${path}/complete`],
      ['POST', `${path}/restore`],
    ] as const;
    for (const [method, at, body] of attempts) {
      expect((await eve.call(method, at, { body })).status).toBe(404);
    }
    expect((await ada.call('GET', path)).body.task).toMatchObject({ ...TITLE, version: 1 });
    await ada.call('DELETE', path);
    for (const [method, at, body] of attempts.filter(([, at]) => !at.endsWith('restore'))) {
      expect((await ada.call(method, at, { body })).status).toBe(404);
    }
    expect((await eve.call('POST', `${path}/restore`)).status).toBe(404);
    expect((await ada.call('GET', '/api/v1/tasks/nonsense')).status).toBe(404);
  });

  it('[SV10] bump no version and make no event for what changes nothing', async () => {
    const { id } = await ada.create(TITLE);
    const socket = await openNative(service.url, ada.token);
    await ada.call('PATCH', `/api/v1/tasks/${id}/complete`);
    for (const [method, path, body] of [
      ['PATCH', `/api/v1/tasks/${id}/complete`],
      ['PATCH', `/api/v1/tasks/${id}`, { completed: true }],
      ['PATCH', `/api/v1/tasks/${id}`, {}],
      ['POST', `/api/v1/tasks/${id}/restore`],
    ] as const) {
      expect(await ada.call(method, path, { body })).toMatchObject({ status: 200, body: { task: { version: 2 } } });
    }
    await ada.patch(id, { title: 'oats' });
    await socket.waitFor((message) => message.version === 3);
    expect(socket.events().map((event) => event.event)).toEqual(['task.completed', 'task.updated']);
  });

  it('[SV8] complete by default, and open again when told', async () => {
    const { id } = await ada.create(TITLE);
    const opened = await ada.call('PATCH', `/api/v1/tasks/${id}/complete`, { body: { completed: false } });
    expect(opened.body.task).toMatchObject({ completed: false, version: 1 });
    const done = await ada.call('PATCH', `/api/v1/tasks/${id}/complete`, { body: {} });
    expect(done.body.task).toMatchObject({ completed: true, version: 2 });
    expect(await ada.patch(id, { completed: false })).toMatchObject({
      body: { task: { status: 'pending', version: 3 } },
    });
  });

  it('[SV14] restore with all fields, and leave a living task alone', async () => {
    const task = await ada.create({ ...TITLE, note: { deep: [1] }, priority: 'high' });
    await ada.call('DELETE', `/api/v1/tasks/${task.id}`);
    const { body } = await ada.call('POST', `/api/v1/tasks/${task.id}/restore`);
    expect(body.task).toEqual({ ...task, version: 3, updatedAt: body.task.updatedAt });
    expect((await ada.call('POST', `/api/v1/tasks/${task.id}/restore`)).body.task).toEqual(body.task);
  });

  it('[SV9] keep unknown fields and prototype keys through every change', async () => {
    const text = '{"title":"milk","__proto__":{"x":1},"constructor":{"prototype":1},"labels":["a"],"hasOwnProperty":0}';
    const created = await ada.call('POST', '/api/v1/tasks', { text });
    expect(created.status).toBe(201);
    const { id } = created.body.task;
    await ada.patch(id, { title: 'oats' });
    const { text: kept } = await ada.call('GET', `/api/v1/tasks/${id}`);
    expect(kept).toContain('"__proto__":{"x":1},"constructor":{"prototype":1},"labels":["a"],"hasOwnProperty":0');
    expect((await ada.call('GET', '/health')).status).toBe(200);
  });

  it.each([
    [{}, 'The body must have required property'],
    [{ title: '' }, 'title must be a text that is not blank'],
    [{ title: '  ' }, 'title must be a text that is not blank'],
    [{ title: 5 }, 'title must be a text that is not blank'],
    [{ ...TITLE, status: 'done' }, 'status must be pending, in_progress or completed'],
    [{ ...TITLE, completed: 'true' }, 'completed must be true or false'],
    [{ ...TITLE, priority: 'huge' }, 'priority must be low, medium, high, urgent or null'],
    [{ ...TITLE, dueAt: 'tomorrow' }, 'dueAt must be an ISO 8601 date'],
    [[], 'The body must be object'],
    ['text', 'The body must be object'],
  ])('[SV26] say what is wrong with %j', async (body, detail) => {
    const answer = await ada.call('POST', '/api/v1/tasks', { body });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
  });

  it('[SV5] leave nothing behind after a refusal', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const { id } = await ada.create(TITLE);
    const stale = { ...key, 'if-match': '"7"' };
    expect((await ada.patch(id, { title: 'oats' }, stale)).status).toBe(412);
    expect((await ada.call('GET', `/api/v1/tasks/${id}`)).body.task).toMatchObject({ ...TITLE, version: 1 });
    expect(await ada.patch(id, { title: 'rye' }, key)).toMatchObject({ status: 200, body: { task: { version: 2 } } });
  });
});
