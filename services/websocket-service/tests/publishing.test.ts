import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative } from './support/test-socket';
import { TEST_SERVICE_KEY } from './support/tokens';

describe('publishing', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;
  let bob: User;

  beforeEach(async () => {
    service = await startTestService();
    [ada, bob] = [await service.signIn('Ada'), await service.signIn('Bob')];
  });

  const publish = (body: unknown, token: string = TEST_SERVICE_KEY) =>
    service.api.call('POST', '/api/v1/events', { body, token });

  const taskOf = async (id: string | number, user = ada) => (await user.call('GET', `/api/v1/tasks/${id}`)).body.task;

  const ADDED = { event_type: 'TASK_ADDED', task_id: 5, data: { id: 5, title: 'milk', status: 'pending' } };

  it('[SV80] is for service keys alone', async () => {
    const event = { ...ADDED, user_id: ada.id };
    expect((await publish(event, ada.token)).status).toBe(401);
    expect((await publish(event, 'x'.repeat(40))).status).toBe(401);
    expect((await service.api.call('POST', '/api/v1/events', { body: event })).status).toBe(401);
    expect((await publish(event)).status).toBe(202);
  });

  it('[SV80, SV81] changes the task, with its event, in both families of names, ids given back as they came', async () => {
    const socket = await openNative(service.url, ada.token);
    const snake = { ...ADDED, id: 'a', user_id: ada.id, timestamp: '2026-01-02T03:04:05.678901' };
    expect((await publish(snake)).body).toEqual({ accepted: 1, duplicates: 0, stale: 0, rejected: [] });
    const camel = {
      id: 'b',
      eventType: 'task.updated',
      userId: ada.id,
      taskId: 5,
      task: { dueAt: '2026-02-03', completedAt: null },
      mutationId: 'm',
      actor: { id: 'bob', name: 'Bob' },
      metadata: { fieldsChanged: ['due_at'] },
    };
    expect((await publish([camel])).body.accepted).toBe(1);
    await socket.until(() => socket.events().length >= 2);
    const created = {
      event: 'task.created',
      taskId: 5,
      version: 1,
      task: { id: 5, title: 'milk', ownerId: ada.id, version: 1, createdAt: '2026-01-02T03:04:05.678Z' },
      timestamp: '2026-01-02T03:04:05.678Z',
    };
    const updated = {
      event: 'task.updated',
      taskId: 5,
      version: 2,
      changedFields: ['dueAt'],
      mutationId: 'm',
      actor: { id: 'bob', name: 'Bob' },
      task: { id: 5, title: 'milk', dueAt: '2026-02-03T00:00:00.000Z' },
    };
    expect(socket.events()).toMatchObject([created, updated]);
    expect(await taskOf(5)).toMatchObject({ id: 5, title: 'milk', version: 2 });
    expect((await ada.patch('5', { title: 'oats' })).body.task).toMatchObject({ id: 5, version: 3 });
    expect((await ada.call('DELETE', '/api/v1/tasks/5')).body.task).toEqual({ id: 5, version: 4 });
  });

  it('[SV81] merges partial data, and derives what a change of status means', async () => {
    await publish({ ...ADDED, user_id: ada.id, data: { ...ADDED.data, markdown_body: '# m' } });
    const socket = await openNative(service.url, ada.token);
    const at = '2026-01-15T14:20:00Z';
    const data = { id: 5, status: 'completed', completed_at: at, updated_at: at };
    await publish({
      event_type: 'TASK_STATUS_CHANGED',
      user_id: ada.id,
      task_id: '5',
      data,
      timestamp: '2026-01-15T14:20:00.789Z',
      metadata: { previous_status: 'in-progress', fields_changed: ['status'] },
    });
    const event = await socket.waitFor('task_update');
    expect(event).toMatchObject({
      event: 'task.completed',
      taskId: 5,
      timestamp: '2026-01-15T14:20:00.789Z',
      changedFields: ['status', 'completed', 'completedAt'],
      task: { title: 'milk', completed: true, completedAt: '2026-01-15T14:20:00.000Z', markdown_body: '# m' },
    });
  });

  it('[SV80] deduplicates by id within a source, over requests and within one', async () => {
    const event = { ...ADDED, id: 'e1', user_id: ada.id };
    const other = { ...event, event_type: 'TASK_CHANGED', source: 'another backend' };
    expect((await publish([event, event])).body).toMatchObject({ accepted: 1, duplicates: 1 });
    expect((await publish([event, other])).body).toMatchObject({ accepted: 1, duplicates: 1 });
    expect((await taskOf(5)).version).toBe(2);
  });

  it('[SV82] keeps a given version, and what is not newer is stale and delivered to nobody', async () => {
    const socket = await openNative(service.url, ada.token);
    const event = (version: number | undefined, title: string) => ({
      event_type: 'TASK_CHANGED',
      user_id: ada.id,
      task_id: 't',
      data: { id: 't', title },
      ...(version !== undefined && { version }),
    });
    const { body } = await publish([event(7, 'seven'), event(3, 'three'), event(7, 'seven again'), event(9, 'nine')]);
    expect(body).toEqual({ accepted: 2, duplicates: 0, stale: 2, rejected: [] });
    expect((await publish(event(undefined, 'ten'))).body.accepted).toBe(1);
    await socket.until(() => socket.events().length >= 3);
    expect(socket.events().map((told) => told.version)).toEqual([7, 9, 10]);
    expect(await taskOf('t')).toMatchObject({ title: 'ten', version: 10 });
  });

  it('[SV82] takes a late change of a deleted task for stale; the row’s own flag says more than the type', async () => {
    await publish({ ...ADDED, user_id: ada.id });
    const change = (type: string, data: object) => ({ event_type: type, user_id: ada.id, task_id: 5, data });
    expect((await publish(change('TASK_REMOVED', { deleted: false, title: 'lives' }))).body.accepted).toBe(1);
    expect((await taskOf(5)).title).toBe('lives');
    expect((await publish(change('TASK_UPDATED', { deleted: true }))).body.accepted).toBe(1);
    expect(await taskOf(5)).toBeUndefined();
    expect((await publish(change('TASK_CHANGED', { title: 'late' }))).body).toMatchObject({ accepted: 0, stale: 1 });
    expect((await publish(change('TASK_REMOVED', {}))).body).toMatchObject({ accepted: 0, stale: 1 });
    expect((await publish(change('TASK_RESTORED', {}))).body.accepted).toBe(1);
    expect(await taskOf(5)).toMatchObject({ title: 'lives', version: 4 });
  });

  it('[SV80] names what is wrong with each rejected event, and takes the others', async () => {
    const { body } = await publish([
      { ...ADDED, user_id: ada.id },
      null,
      { ...ADDED, event_type: 'TASK_EATEN' },
      { event_type: 'TASK_ADDED', data: { title: 'x' } },
      { ...ADDED, task_id: 6 },
      { ...ADDED, task_id: 'n', data: { title: 'nobody’s' } },
      { ...ADDED, version: 1.5 },
      { ...ADDED, shared_with: 'bob' },
      { ...ADDED, task_id: 'l', user_id: ada.id, data: { title: 'x'.repeat(20_000) } },
      { event_type: 'TASK_CHANGED', user_id: ada.id, task_id: 5, data: { title: 'oats' } },
    ]);
    expect(body).toMatchObject({ accepted: 2, duplicates: 0, stale: 0 });
    const rejected = body.rejected as readonly { readonly index: number; readonly reason: string }[];
    expect(rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/not a JSON object/),
      expect.stringMatching(/TASK_EATEN.*TASK_ADDED/),
      expect.stringMatching(/task_id is missing/),
      expect.stringMatching(/different tasks/),
      expect.stringMatching(/user_id is missing/),
      expect.stringMatching(/version/),
      expect.stringMatching(/shared_with/),
      expect.stringMatching(/larger than/),
    ]);
    expect((await publish('text')).status).toBe(400);
    expect((await publish(Array.from({ length: 1_001 }, () => ADDED))).status).toBe(413);
  });

  it('[SV84] tries a partial change of an unknown task again after the rest, then puts it into quarantine', async () => {
    const partial = {
      id: 'p',
      event_type: 'TASK_CHANGED',
      user_id: ada.id,
      task_id: 5,
      data: { title: null, note: 1 },
    };
    const alone = (await publish(partial)).body;
    expect(alone).toMatchObject({ accepted: 0, rejected: [{ index: 0, reason: expect.stringMatching(/whole task/) }] });
    expect((await publish([partial, { ...ADDED, user_id: ada.id }])).body).toMatchObject({ accepted: 2, rejected: [] });
    expect(await taskOf(5)).toMatchObject({ title: 'milk', note: 1, version: 2 });
    const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
    expect(metrics).toContain('taskwire_published_events_total{outcome="quarantined"} 1');
    expect(metrics).toContain('taskwire_published_events_total{outcome="accepted"} 2');
  });

  it('[SV83] sets all watchers by shared_with: who is gone hears no more, who is new gets the task after it', async () => {
    const eve = await service.signIn('Eve');
    const [toBob, toEve] = [await openNative(service.url, bob.token), await openNative(service.url, eve.token)];
    await publish({ ...ADDED, user_id: ada.id, shared_with: [bob.id, ada.id] });
    await toBob.waitFor((message) => message.event === 'task.shared');
    const secret = { event_type: 'TASK_CHANGED', user_id: ada.id, task_id: 5, data: { title: 'secret' } };
    await publish({ ...secret, shared_with: [eve.id] });
    expect(await toEve.waitFor('task_update')).toMatchObject({ event: 'task.shared', version: 2 });
    await toBob.waitFor('access_removed');
    expect(JSON.stringify(toBob.messages)).not.toContain('secret');
    await publish({ event_type: 'task.shared', task_id: 5, shared_with: [bob.id, eve.id] });
    expect(await toBob.waitFor((message) => message.version === 2)).toMatchObject({ event: 'task.shared', seq: 3 });
    expect((await taskOf(5)).version).toBe(2);
  });

  it('[SV81, SV64] moves a task to another owner: it leaves the old inbox', async () => {
    await publish({ ...ADDED, user_id: ada.id });
    const [toAda, toBob] = [await openNative(service.url, ada.token), await openNative(service.url, bob.token)];
    await publish({ event_type: 'TASK_CHANGED', user_id: bob.id, task_id: 5, data: { user_id: bob.id } });
    expect(await toBob.waitFor('task_update')).toMatchObject({ version: 2, task: { title: 'milk', ownerId: bob.id } });
    expect(await toAda.waitFor('access_removed')).toMatchObject({ target: { taskId: 5 } });
    expect(await taskOf(5)).toBeUndefined();
  });

  it('[SV80] is plain data all the way: __proto__ is a field, and ids of any shape work', async () => {
    const id = randomUUID();
    const text = `{"event_type":"task.created","user_id":"${ada.id}","task_id":"${id}","data":{"title":"t","__proto__":{"x":1}}}`;
    const answer = await service.api.call('POST', '/api/v1/events', { text, token: TEST_SERVICE_KEY });
    expect(answer.body.accepted).toBe(1);
    expect((await ada.call('GET', `/api/v1/tasks/${id}`)).text).toContain('"__proto__":{"x":1}');
  });

  it('[SV85] with tasks in the backend: a channel sends no snapshot, and recovers as ever', async () => {
    const backend = await startTestService({ config: { tasksSource: 'backend' } });
    const user = await backend.signIn('Ada');
    const send = (body: unknown) => backend.api.call('POST', '/api/v1/events', { body, token: TEST_SERVICE_KEY });
    await send({ ...ADDED, user_id: user.id });
    const fresh = await openNative(backend.url, user.token);
    const subscribed = await fresh.waitFor('subscribed');
    expect(subscribed).toMatchObject({ recovered: false, replayed: 0, source: 'backend', position: { seq: 1 } });
    await send({ ...ADDED, event_type: 'TASK_CHANGED', user_id: user.id });
    expect(await fresh.waitFor('task_update')).toMatchObject({ seq: 2 });
    expect(fresh.messages.some((message) => message.type === 'snapshot')).toBe(false);
    const back = await openNative(backend.url, user.token, { epoch: backend.service.epoch, seq: 1 });
    expect(await back.waitFor('subscribed')).not.toHaveProperty('source');
    expect(await back.waitFor('task_update')).toMatchObject({ seq: 2 });
  });
});
