import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '@/tasks/first-answers';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { createTempDir } from './support/temp-dir';
import { startTestService } from './support/test-service';
import { openNative } from './support/test-socket';

const DAY_MS = 24 * 60 * 60 * 1000;
const TITLE = { title: 'milk' };

describe('Idempotency-Key', { timeout: PATIENT_MS }, () => {
  it('[SV4] gives the same request the first answer again, though the task has moved on, and one event', async () => {
    const { signIn, url } = await startTestService();
    const ada = await signIn('Ada');
    const socket = await openNative(url, ada.token);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await ada.call('POST', '/api/v1/tasks', { body: TITLE, headers });
    await ada.patch(first.body.task.id, { title: 'oats' });
    const again = await ada.call('POST', '/api/v1/tasks', { body: TITLE, headers });
    expect(again).toMatchObject({ status: 201, text: first.text });
    await ada.call('DELETE', `/api/v1/tasks/${first.body.task.id}`);
    await socket.waitFor((message) => message.event === 'task.deleted');
    expect(socket.events().map((event) => event.event)).toEqual(['task.created', 'task.updated', 'task.deleted']);
    expect(socket.events()[0]).toMatchObject({ mutationId: headers['idempotency-key'] });
  });

  it('[SV4] answers before If-Match is looked at', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const { id } = await ada.create();
    const headers = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
    const first = await ada.patch(id, { title: 'oats' }, headers);
    expect(first.status).toBe(200);
    expect(await ada.patch(id, { title: 'oats' }, headers)).toMatchObject({ status: 200, text: first.text });
  });

  it('[SV4] refuses another body, another path and another method under the same key', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const { id } = await ada.create();
    const other = await ada.create();
    const headers = { 'idempotency-key': randomUUID() };
    await ada.patch(id, { title: 'oats' }, headers);
    expect((await ada.patch(id, { title: 'rye' }, headers)).status).toBe(422);
    expect((await ada.patch(other.id, { title: 'oats' }, headers)).status).toBe(422);
    expect((await ada.call('PUT', `/api/v1/tasks/${id}`, { body: { title: 'oats' }, headers })).status).toBe(422);
  });

  it('[SV4] belongs to its user', async () => {
    const { signIn } = await startTestService();
    const [ada, eve] = [await signIn('Ada'), await signIn('Eve')];
    const headers = { 'idempotency-key': randomUUID() };
    const [first, second] = [await ada.create(TITLE, headers), await eve.create(TITLE, headers)];
    expect(second.id).not.toBe(first.id);
  });

  it('[SV4] is kept 30 days, over restarts, and forgotten then', async () => {
    const dataDir = createTempDir();
    const clock = createManualClock();
    const headers = { 'idempotency-key': randomUUID() };
    const before = await startTestService({ config: { dataDir } });
    const ada = await before.signIn('Ada');
    await before.service.close();

    const limits = { maintenanceIntervalMs: DAY_MS, idempotencyMs: 30 * DAY_MS };
    const first = await startTestService({ config: { dataDir }, clock, limits });
    const created = await first.api.call('POST', '/api/v1/tasks', { token: ada.token, body: TITLE, headers });
    await first.service.close();
    const second = await startTestService({ config: { dataDir }, clock, limits });
    const repeat = () => second.api.call('POST', '/api/v1/tasks', { token: ada.token, body: TITLE, headers });
    expect(await repeat()).toMatchObject({ status: 201, text: created.text });
    clock.advance(29 * DAY_MS);
    expect((await repeat()).text).toBe(created.text);
    for (let day = 0; day < 3; day += 1) {
      clock.advance(DAY_MS);
      // A write behind the maintenance run: when it is answered, the run is over.
      await second.api.call('POST', '/api/v1/tasks', { token: ada.token, body: TITLE });
    }
    expect((await repeat()).body.task.id).not.toBe(created.body.task.id);
  });

  it('[SV4] gives requests that come at once one change; each gets the answer or is asked to come again', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ada.call('POST', '/api/v1/tasks', { body: TITLE, headers })),
    );
    const done = answers.filter((answer) => answer.status === 201);
    const early = answers.filter((answer) => answer.status === 409);
    expect(done.length + early.length).toBe(20);
    expect(new Set(done.map((answer) => answer.text)).size).toBe(1);
    expect(early.every((answer) => answer.headers.get('retry-after') === '1')).toBe(true);
    expect((await ada.call('GET', '/api/v1/tasks')).body.tasks).toHaveLength(1);
  });

  it('[SV4] knows the same request though its JSON names the fields in another order', () => {
    const of = (body: unknown, method = 'POST', path = '/a') => fingerprintOf(method, path, body);
    expect(of({ a: 1, b: { c: [1, 2], d: null } })).toBe(of({ b: { d: null, c: [1, 2] }, a: 1 }));
    const others = [of({ a: [2, 1] }), of({ a: [1, 2] }), of({ a: 1 }), of({ a: '1' }), of([['a', 1]]), of(undefined)];
    others.push(of({ a: 1 }, 'PUT'), of({ a: 1 }, 'POST', '/b'), of({}), of(null));
    expect(new Set(others).size).toBe(others.length);
  });
});
