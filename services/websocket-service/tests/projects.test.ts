import { beforeEach, describe, expect, it } from 'vitest';
import { newTask } from '@/tasks/change-task';
import { rowOf } from '@/tasks/stored-task';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startWithPeople } from './support/people';
import { createTaskStore } from './support/task-store';
import type { TestService } from './support/test-service';
import { openNative, type TestSocket } from './support/test-socket';

describe('a project id of before there were projects', () => {
  it('[SV67] stays with its task until somebody changes it, and is still found', async () => {
    const store = createTaskStore();
    const old = newTask({ title: 'milk', projectId: 'groceries' }, { id: 't', ownerId: 'ada', now: 0 });
    await store.db
      .insertInto('tasks')
      .values({ ...rowOf(old, false), since: 0 })
      .execute();
    const patch = async (fields: object) =>
      JSON.parse((await store.write('ada', { kind: 'patch', taskId: 't', fields: { ...fields } })).body).task;
    expect(await patch({ title: 'oats' })).toMatchObject({ title: 'oats', projectId: 'groceries' });
    expect(await patch({ title: 'rye', projectId: 'groceries' })).toMatchObject({ projectId: 'groceries' });
    const found = JSON.parse(await store.storage.list({ userId: 'ada', projectId: 'groceries', limit: 10 }));
    expect(found.tasks).toHaveLength(1);
    await expect(store.storage.list({ userId: 'ada', ofProject: 'groceries', limit: 10 })).rejects.toThrow(/no such/);
    await expect(patch({ projectId: 'shopping' })).rejects.toThrow(/member/);
    expect(await patch({ projectId: null })).toMatchObject({ projectId: null });
    await expect(patch({ projectId: 'groceries' })).rejects.toThrow(/member/);
  });
});

describe('a project', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;
  let bob: User;
  let eve: User;

  beforeEach(async () => {
    ({ service, ada, bob, eve } = await startWithPeople());
  });

  const read = async (user: User, projectId: string): Promise<TestSocket> => {
    const socket = await openNative(service.url, user.token);
    socket.send({ type: 'subscribe', channel: `project:${projectId}` });
    await socket.waitFor((message) => message.channel === `project:${projectId}` || message.type === 'error');
    return socket;
  };

  const inProject = (socket: TestSocket, projectId: string) =>
    socket.events().filter((event) => event.channel === `project:${projectId}`);

  it('[SV65] is its members’: they list it, see who belongs to it, and nobody else knows of it', async () => {
    const made = await ada.call('POST', '/api/v1/projects', { body: { name: ' Home ' } });
    expect(made).toMatchObject({ status: 201, body: { project: { name: 'Home', ownerId: ada.id } } });
    const { id } = made.body.project;
    const members = `/api/v1/projects/${id}/members`;
    const nothing = await bob.call('GET', '/api/v1/projects/none/members');
    expect(nothing.status).toBe(404);
    for (const [method, path, body] of [
      ['GET', members],
      ['POST', members, { userId: bob.id }],
      ['DELETE', members, { userId: bob.id }],
      ['GET', `/api/v1/projects/${id}/tasks`],
      ['POST', `/api/v1/projects/${id}/tasks`, { title: 't' }],
    ] as const) {
      expect(await bob.call(method, path, { body })).toMatchObject({ status: 404, text: nothing.text });
    }
    expect((await bob.call('GET', '/api/v1/projects')).body.projects).toEqual([]);
    expect((await ada.call('POST', members, { body: { userId: bob.id } })).status).toBe(200);
    expect((await bob.call('GET', '/api/v1/projects')).body.projects).toEqual([made.body.project]);
    const seen = (await bob.call('GET', members)).body.members;
    expect(seen.map((member) => member.userId).sort()).toEqual([ada.id, bob.id].sort());
    expect((await bob.call('POST', members, { body: { userId: eve.id } })).status).toBe(403);
    expect((await bob.call('DELETE', members, { body: { userId: ada.id } })).status).toBe(403);
    expect((await ada.call('DELETE', members, { body: { userId: ada.id } })).status).toBe(400);
    expect((await bob.call('DELETE', members, { body: { userId: bob.id } })).status).toBe(200);
    expect((await bob.call('GET', members)).status).toBe(404);
  });

  it.each([[''], [' '], [5], ['x'.repeat(201)], [undefined]])('[SV26] is not called %j', async (name) => {
    expect((await ada.call('POST', '/api/v1/projects', { body: { name } })).status).toBe(400);
  });

  it('[SV68] carries its tasks to all members and to each owner’s inbox; members edit, delete and restore them', async () => {
    const id = await ada.project('p', bob);
    const [reader, owner] = [await read(bob, id), await openNative(service.url, ada.token)];
    const { task } = (await ada.call('POST', `/api/v1/projects/${id}/tasks`, { body: { title: 'milk' } })).body;
    expect(task).toMatchObject({ projectId: id, ownerId: ada.id });
    const path = `/api/v1/tasks/${task.id}`;
    expect((await bob.patch(task.id, { title: 'oats' })).status).toBe(200);
    expect((await bob.call('DELETE', path)).status).toBe(200);
    expect((await bob.call('POST', `${path}/restore`)).status).toBe(200);
    expect((await bob.share(task.id, eve)).status).toBe(403);
    expect((await eve.patch(task.id, { title: 'x' })).status).toBe(404);
    await reader.waitFor((message) => message.version === 4);
    await owner.waitFor((message) => message.version === 4);
    expect(inProject(reader, id).map((event) => event.event)).toEqual([
      'task.created',
      'task.updated',
      'task.deleted',
      'task.restored',
    ]);
    expect(reader.events().filter((event) => event.channel === bob.channel)).toEqual([]);
    const list = await bob.call('GET', `/api/v1/projects/${id}/tasks`);
    expect(list.body).toMatchObject({ complete: true, tasks: [{ id: task.id, title: 'oats' }] });
    expect(list.body.positions[`project:${id}`]).toMatchObject({ seq: 4, epoch: service.service.epoch });
    expect((await bob.call('GET', `/api/v1/tasks?project_id=${id}`)).body).toMatchObject({
      complete: false,
      tasks: [{ id: task.id }],
    });
    expect((await bob.call('GET', '/api/v1/tasks')).body.tasks).toEqual([]);
    expect((await bob.call('GET', path)).body.task).toMatchObject({ id: task.id });
  });

  it('[SV67] takes the tasks of its members alone, with the same words for a foreign and an unknown one', async () => {
    const id = await ada.project('p');
    const task = await bob.create();
    const foreign = await bob.patch(task.id, { projectId: id });
    const unknown = await bob.call('POST', '/api/v1/tasks', { body: { title: 't', projectId: 'groceries' } });
    expect(foreign.status).toBe(403);
    expect(unknown).toMatchObject({ status: 403, text: foreign.text });
    expect(unknown.body.detail).toMatch(/GET \/api\/v1\/projects/);
  });

  it('[SV64] that loses a task says access_removed, never deleted, and its log forgets what it said', async () => {
    const [from, to] = [await ada.project('from', bob), await ada.project('to', bob)];
    const [reader, next] = [await read(bob, from), await read(bob, to)];
    const task = await ada.create({ title: 'milk', projectId: from });
    await ada.patch(task.id, { projectId: to });
    await reader.until(() => inProject(reader, from).length >= 2);
    expect(inProject(reader, from)).toMatchObject([
      { seq: 1, event: 'task.created' },
      { seq: 2, type: 'access_removed', target: { taskId: task.id } },
    ]);
    await next.until(() => inProject(next, to).length >= 1);
    expect(inProject(next, to)).toMatchObject([{ seq: 1, event: 'task.updated', version: 2, task: { title: 'milk' } }]);
    const late = await openNative(service.url, bob.token);
    late.send({ type: 'subscribe', channel: `project:${from}`, position: { epoch: service.service.epoch, seq: 0 } });
    await late.until(() => inProject(late, from).length >= 2);
    expect(inProject(late, from).map((event) => event.type)).toEqual(['skip', 'access_removed']);
    await ada.patch(task.id, { projectId: from });
    await reader.waitFor((message) => message.channel === `project:${from}` && message.version === 3);
  });

  it('[SV66] ends a removed member’s subscription at once, in the inbox and on the open subscription', async () => {
    const id = await ada.project('p', bob);
    const reader = await read(bob, id);
    await ada.create({ title: 'before', projectId: id });
    await reader.until(() => inProject(reader, id).length >= 1);
    await ada.call('DELETE', `/api/v1/projects/${id}/members`, { body: { userId: bob.id } });
    await reader.until(() => reader.events().filter((event) => event.type === 'access_removed').length >= 2);
    const removed = reader.events().filter((event) => event.type === 'access_removed');
    expect(removed).toContainEqual({
      type: 'access_removed',
      channel: bob.channel,
      seq: 1,
      target: { channel: `project:${id}` },
    });
    expect(removed).toContainEqual({
      type: 'access_removed',
      channel: `project:${id}`,
      seq: 2,
      target: { channel: `project:${id}` },
    });
    await ada.create({ title: 'after', projectId: id });
    reader.send({ type: 'subscribe', channel: `project:${id}` });
    const refusal = await reader.waitFor('error');
    expect(refusal).toMatchObject({ code: 4403 });
    expect(JSON.stringify(reader.messages)).not.toContain('after');
  });

  it('[SV66] keeps a socket that reads the project alone from going on', async () => {
    const id = await ada.project('p', bob);
    const reader = await openNative(service.url, bob.token);
    reader.send({ type: 'unsubscribe', channel: 'user:me' });
    reader.send({ type: 'subscribe', channel: `project:${id}` });
    await reader.waitFor((message) => message.type === 'snapshot' && message.channel === `project:${id}`);
    await bob.call('DELETE', `/api/v1/projects/${id}/members`, { body: { userId: bob.id } });
    expect(await reader.waitFor('access_removed')).toMatchObject({ channel: `project:${id}`, seq: 1 });
  });

  it('[SV31] counts who reads it', async () => {
    const id = await ada.project('p', bob);
    await read(bob, id);
    const stats = await service.api.call('GET', `/api/v1/ws/stats?project_id=${id}`);
    expect(stats.body).toEqual({ status: 'ok', project_id: id, client_count: 1 });
  });
});
