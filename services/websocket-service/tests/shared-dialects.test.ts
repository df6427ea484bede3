import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import type { User } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative, openSocket, type TestSocket } from './support/test-socket';

describe('plain dialects over real projects and shares', { timeout: PATIENT_MS }, () => {
  async function openPlain({ url }: TestService, path: string, { token }: User): Promise<TestSocket> {
    const socket = await openSocket(url, { path, protocol: null, headers: { cookie: `token=${token}` } });
    socket.send({ type: 'ping' });
    await socket.waitFor('pong');
    return socket;
  }

  it('[SV136] seed 003 is served to members, counted, and ends with the membership', async () => {
    const service = await startTestService();
    const [ada, eve] = [await service.signIn('Ada'), await service.signIn('Eve')];
    const project = await ada.project('home');
    const path = `/api/v1/projects/${project}/ws`;
    const refused = await openSocket(service.url, { path, protocol: null, headers: { cookie: `token=${eve.token}` } });
    expect((await refused.closed).code).toBe(CloseCode.forbidden);
    await ada.call('POST', `/api/v1/projects/${project}/members`, { body: { userId: eve.id } });

    const sockets = [await openPlain(service, path, ada), await openPlain(service, path, eve)];
    const stats = (await service.api.call('GET', `/api/v1/ws/stats?project_id=${project}`)).body;
    expect(stats).toEqual({ status: 'ok', project_id: project, client_count: 2 });
    const { id } = await ada.create({ title: 'milk', projectId: project, description: '# Two litres' });
    await ada.patch(id, { status: 'completed' });
    await ada.create({ title: 'of no project' });
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    for (const socket of sockets) {
      await socket.waitFor('task.deleted');
      expect(socket.messages.slice(1)).toMatchObject([
        {
          type: 'task.created',
          project_id: project,
          task_id: id,
          data: { status: 'open', markdown_body: '# Two litres' },
        },
        { type: 'task.updated', data: { status: 'done', user_id: ada.id } },
        { type: 'task.deleted', project_id: project, task_id: id, data: { id } },
      ]);
    }

    await ada.call('DELETE', `/api/v1/projects/${project}/members`, { body: { userId: eve.id } });
    expect((await sockets[1]?.closed)?.code).toBe(CloseCode.forbidden);
    const count = async () =>
      (await service.api.call('GET', `/api/v1/ws/stats?project_id=${project}`)).body.client_count;
    await expect.poll(count, POLLING).toBe(1);
  });

  it('[SV152] a project counts who reads it, each connection once, and not who watches a task of it', async () => {
    const service = await startTestService();
    const ada = await service.signIn('Ada');
    const project = await ada.project('home');
    const { id } = await ada.create({ title: 'milk', projectId: project });
    const { id: other } = await (await service.signIn('Eve')).create();
    const bob = await service.signIn('Bob');
    await ada.call('POST', `/api/v1/projects/${project}/members`, { body: { userId: bob.id } });
    await openPlain(service, `/api/v1/projects/${project}/ws`, ada);
    const native = await openNative(service.url, ada.token);
    for (let time = 0; time < 2; time += 1) native.send({ type: 'subscribe', channel: `project:${project}` });
    native.send({ type: 'ping' });
    await native.waitFor('pong');
    const watcher = await openPlain(service, '/ws?dialect=real-time-sync', bob);
    for (const taskId of [id, other]) watcher.send({ type: 'subscribe', taskId });
    watcher.send({ type: 'subscribe', all: true });
    await openPlain(service, '/ws', bob);
    await watcher.waitFor('error');
    const count = async (query = '') => (await service.api.call('GET', `/api/v1/ws/stats${query}`)).body.client_count;
    expect(await count(`?project_id=${project}`)).toBe(2);
    expect(await count()).toBe(4);
  });

  it('[SV133, SV134] a watcher hears of a shared task in each dialect, and that it is gone when it is unshared', async () => {
    const service = await startTestService();
    const [ada, eve] = [await service.signIn('Ada'), await service.signIn('Eve')];
    const { id } = await ada.create({ title: 'milk' });
    const paths = ['/ws', '/ws?dialect=sync-service', '/ws?dialect=real-time-sync', '/ws?dialect=todo'];
    const sockets = await Promise.all(paths.map((path) => openPlain(service, path, eve)));
    // The tasks as they stand are read beside the answer to the ping: what is shared before would stand among them.
    await sockets[1]?.waitFor('BATCH_UPDATE');
    sockets[2]?.send({ type: 'subscribe', taskId: id });
    expect(await sockets[2]?.waitFor('error')).toMatchObject({ code: CloseCode.forbidden });
    sockets[2]?.send({ type: 'subscribe', all: true });
    sockets[2]?.send({ type: 'ping' });
    await sockets[2]?.until(() => sockets[2]?.messages.filter(({ type }) => type === 'pong').length === 2);

    await ada.share(id, eve);
    await ada.patch(id, { status: 'in_progress' });
    await ada.unshare(id, eve);
    await ada.patch(id, { title: 'not for Eve' });
    const own = await eve.create({ title: 'mine' });

    const [plain, batch, realTime, todo] = sockets.map(({ messages }) => messages);
    for (const socket of sockets) await socket.until(() => JSON.stringify(socket.messages).includes(own.id));
    expect(plain?.flatMap(({ type, event }) => (type === 'pong' ? [] : [event]))).toEqual(
      ['created', 'updated', 'deleted', 'created'].map((word) => `task.${word}`),
    );
    expect(batch?.map(({ type }) => type).filter((type) => type !== 'pong')).toEqual([
      'BATCH_UPDATE',
      'TASK_CREATED',
      'TASK_UPDATED',
      'TASK_DELETED',
      'TASK_CREATED',
    ]);
    expect(realTime?.filter(({ type }) => type === 'task_update')).toMatchObject([
      { action: 'task_created', user_id: ada.id },
      {
        action: 'task_status_changed',
        user_id: ada.id,
        metadata: { previous_status: 'pending', fields_changed: ['status'] },
      },
      { action: 'task_deleted', task_id: id },
      { action: 'task_created', user_id: eve.id },
    ]);
    expect(todo?.map(({ type }) => type).filter((type) => type !== 'pong')).toEqual([
      'AUTH_SUCCESS',
      'TASK_CREATED',
      'TASK_UPDATED',
      'TASK_DELETED',
      'TASK_CREATED',
    ]);
    for (const socket of sockets) expect(JSON.stringify(socket.messages)).not.toContain('not for Eve');
  });

  it('[SV134] seed 002 hears of somebody else’s task in a common project when it asks for that one', async () => {
    const service = await startTestService();
    const [ada, eve] = [await service.signIn('Ada'), await service.signIn('Eve')];
    const project = await ada.project('home', eve);
    const { id } = await ada.create({ title: 'milk', projectId: project });
    const socket = await openPlain(service, `/ws?userId=${encodeURIComponent(eve.id)}`, eve);
    socket.send({ type: 'subscribe', taskId: id });
    socket.send({ type: 'ping' });
    await socket.until(() => socket.messages.length === 2);
    await ada.create({ title: 'bread', projectId: project });
    await ada.patch(id, { title: 'oat milk' });
    await socket.waitFor('task_update');
    await ada.call('DELETE', `/api/v1/projects/${project}/members`, { body: { userId: eve.id } });
    await ada.patch(id, { title: 'not for Eve' });
    socket.send({ type: 'subscribe', all: true });
    socket.send({ type: 'ping' });
    await socket.until(() => socket.messages.filter(({ type }) => type === 'pong').length === 3);
    await eve.create({ title: 'mine' });
    await socket.until(() => socket.messages.filter(({ type }) => type === 'task_update').length === 2);
    const heard = socket.messages.filter(({ type }) => type === 'task_update');
    expect(heard).toMatchObject([{ task_id: id, data: { title: 'oat milk' } }, { data: { title: 'mine' } }]);
  });
});
