import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startWithPeople } from './support/people';
import type { TestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

describe('a shared task', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;
  let bob: User;
  let eve: User;

  beforeEach(async () => {
    ({ service, ada, bob, eve } = await startWithPeople());
  });

  it('[SV60] comes whole to the watcher’s inbox, its version unchanged, and its owner hears nothing', async () => {
    const { id } = await ada.create({ title: 'milk' });
    const [watcher, owner] = [await openNative(service.url, bob.token), await openNative(service.url, ada.token)];
    const answer = await ada.share(id, bob);
    expect(answer).toMatchObject({ status: 200, body: { task: { id, version: 1 }, epoch: service.service.epoch } });
    const shared = await watcher.waitFor('task_update');
    expect(shared).toMatchObject({
      event: 'task.shared',
      channel: bob.channel,
      seq: 1,
      version: 1,
      taskId: id,
      task: { id, title: 'milk', version: 1, ownerId: ada.id },
      actor: { id: ada.id, name: 'Ada' },
    });
    await ada.patch(id, { title: 'oats' });
    await watcher.waitFor((message) => message.version === 2 && message.event === 'task.updated');
    await owner.waitFor((message) => message.version === 2);
    expect(owner.events()).toHaveLength(1);
  });

  it('[SV60] is shared once, however often it is asked, and again after an unshare at the same version', async () => {
    const { id } = await ada.create();
    const watcher = await openNative(service.url, bob.token);
    await ada.share(id, bob);
    expect((await ada.share(id, bob)).status).toBe(200);
    await ada.unshare(id, bob);
    expect((await ada.unshare(id, bob)).status).toBe(200);
    await ada.share(id, bob);
    await watcher.until(() => watcher.events().length >= 3);
    expect(watcher.events().map(({ seq, type, event, version }) => ({ seq, type, event, version }))).toEqual([
      { seq: 1, type: 'task_update', event: 'task.shared', version: 1 },
      { seq: 2, type: 'access_removed', event: undefined, version: undefined },
      { seq: 3, type: 'task_update', event: 'task.shared', version: 1 },
    ]);
  });

  it('[SV151] tells its owner alone who may see it, and since when', async () => {
    const { id } = await ada.create();
    const path = `/api/v1/tasks/${id}/shares`;
    expect((await ada.call('GET', path)).body).toEqual({ shares: [] });
    await ada.share(id, bob);
    await ada.share(id, eve);
    await ada.unshare(id, eve);
    const { status, body } = await ada.call('GET', path);
    expect([status, body]).toEqual([200, { shares: [{ userId: bob.id, since: expect.stringMatching(/Z$/) }] }]);
    expect((await bob.call('GET', path)).status).toBe(403);
    expect((await eve.call('GET', path)).status).toBe(404);
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    expect((await ada.call('GET', path)).status).toBe(404);
  });

  it('[SV61] may be read and edited by a watcher, not deleted, restored or shared', async () => {
    const { id } = await ada.create({ title: 'milk' });
    await ada.share(id, bob);
    const path = `/api/v1/tasks/${id}`;
    expect((await bob.call('GET', path)).body.task).toMatchObject({ id, title: 'milk' });
    expect(await bob.patch(id, { title: 'oats' })).toMatchObject({ status: 200, body: { task: { version: 2 } } });
    expect((await bob.call('PATCH', `${path}/complete`)).status).toBe(200);
    expect((await bob.call('DELETE', path)).status).toBe(403);
    expect((await bob.share(id, eve)).status).toBe(403);
    expect((await bob.unshare(id, bob)).status).toBe(403);
    await ada.call('DELETE', path);
    expect((await bob.call('POST', `${path}/restore`)).status).toBe(404);
    expect((await bob.call('GET', path)).status).toBe(404);
  });

  it('[SV61, SV11] is not there for a stranger, whatever is tried', async () => {
    const { id } = await ada.create();
    const nothing = await eve.call('GET', '/api/v1/tasks/nonsense');
    for (const attempt of [await eve.share(id, eve), await eve.unshare(id, bob), await eve.share('nonsense', eve)]) {
      expect(attempt).toMatchObject({ status: 404, text: nothing.text });
    }
    expect((await eve.call('GET', '/api/v1/tasks')).body.tasks).toEqual([]);
  });

  it.each([
    ['nobody', {}],
    ['an empty id', { userId: '' }],
    ['a number', { userId: 5 }],
    ['no body', undefined],
  ])('[SV26, SV5] is not shared with %s', async (_what, body) => {
    const { id } = await ada.create();
    expect((await ada.call('POST', `/api/v1/tasks/${id}/shares`, { body })).status).toBe(400);
  });

  it('[SV61] needs no share for its owner, and has at most 100 watchers', async () => {
    const { id } = await ada.create();
    expect((await ada.share(id, ada)).status).toBe(400);
    for (let count = 0; count < 100; count += 1) {
      await ada.call('POST', `/api/v1/tasks/${id}/shares`, { body: { userId: `u${count}` } });
    }
    expect((await ada.share(id, bob)).status).toBe(409);
    await ada.call('DELETE', `/api/v1/tasks/${id}/shares`, { body: { userId: 'u7' } });
    expect((await ada.share(id, bob)).status).toBe(200);
  });

  it('[SV62] is in the watcher’s snapshot and list, together with what is the watcher’s own, in order', async () => {
    const ids: string[] = [];
    for (const title of ['a', 'b', 'c', 'd']) {
      const task = await ada.create({ title });
      if (title !== 'a') await ada.share(task.id, bob);
      if (title !== 'a') ids.push(task.id);
      ids.push((await bob.create({ title: `own ${title}` })).id);
    }
    ids.sort();
    const walked: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await bob.call('GET', `/api/v1/tasks?limit=2&cursor=${cursor}`);
      walked.push(...body.tasks.map((task) => task.id));
      cursor = body.nextCursor;
      expect(body.complete).toBe(cursor === undefined);
      expect(Object.keys(body.positions)).toEqual([bob.channel]);
    }
    expect(walked).toEqual(ids);
    const snapshot = await (await openNative(service.url, bob.token)).waitFor('snapshot');
    expect((snapshot.tasks as { id: string }[]).map((task) => task.id)).toEqual(ids);
    expect((await bob.call('GET', '/api/v1/tasks?search=c')).body.tasks).toHaveLength(2);
  });

  it('[SV63] is gone from the watcher’s replay after an unshare, and the sequence is whole', async () => {
    const [task, other] = [await ada.create({ title: 'secret' }), await ada.create({ title: 'open' })];
    await ada.share(task.id, bob);
    await ada.share(other.id, bob);
    await ada.patch(task.id, { title: 'secret 2' });
    await ada.unshare(task.id, bob);
    await ada.patch(task.id, { title: 'secret 3' });
    await ada.patch(other.id, { title: 'open 2' });
    const { epoch } = service.service;
    const watcher = await openNative(service.url, bob.token, { epoch, seq: 0 });
    await watcher.until(() => watcher.events().length >= 5);
    expect(watcher.events()).toMatchObject([
      { seq: 1, type: 'skip' },
      { seq: 2, type: 'task_update', taskId: other.id },
      { seq: 3, type: 'skip' },
      { seq: 4, type: 'access_removed', target: { taskId: task.id } },
      { seq: 5, type: 'task_update', version: 2 },
    ]);
    expect(watcher.events()[0]).toEqual({ type: 'skip', channel: bob.channel, seq: 1 });
    expect(JSON.stringify(watcher.messages)).not.toContain('secret');
    expect((await bob.call('GET', `/api/v1/tasks/${task.id}`)).status).toBe(404);
  });

  it('[SV63] leaves a seed-001 listener as a delete', async () => {
    const { id } = await ada.create({ title: 'milk' });
    const plain = await openSocket(service.url, { protocol: null, path: `/ws?token=${bob.token}` });
    plain.send({ type: 'ping' });
    await plain.waitFor('pong');
    await ada.share(id, bob);
    await plain.waitFor((message) => message.event === 'task.created');
    await ada.unshare(id, bob);
    const gone = await plain.waitFor((message) => message.event === 'task.deleted');
    expect(gone.task).toEqual({ id });
  });

  it('[SV4] is shared once per key', async () => {
    const { id } = await ada.create();
    const path = `/api/v1/tasks/${id}/shares`;
    const again = { body: { userId: bob.id }, headers: { 'idempotency-key': 'k' } };
    const first = await ada.call('POST', path, again);
    await ada.unshare(id, bob);
    expect((await ada.call('POST', path, again)).text).toBe(first.text);
    expect((await bob.call('GET', `/api/v1/tasks/${id}`)).status).toBe(404);
    expect((await ada.call('POST', path, { ...again, body: { userId: eve.id } })).status).toBe(422);
  });
});
