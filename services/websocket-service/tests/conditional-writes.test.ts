import { describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { startTestService } from './support/test-service';

describe('If-Match', { timeout: PATIENT_MS }, () => {
  it('[SV6] lets a write on the newest version pass, and answers any other with the current task', async () => {
    const { signIn, service } = await startTestService();
    const ada = await signIn('Ada');
    const { id } = await ada.create({ title: 'milk' });
    const path = `/api/v1/tasks/${id}`;
    expect((await ada.patch(id, { title: 'oats' }, { 'if-match': '"1"' })).status).toBe(200);
    const stale = { headers: { 'if-match': '"1"' } };
    const { task } = (await ada.call('GET', path)).body;
    for (const [method, at, body] of [
      ['PATCH', path, { title: 'x' }],
      ['PUT', path, { title: 'x' }],
      ['PATCH', `${path}/complete`],
      ['DELETE', path],
      ['POST', `${path}/restore`],
    ] as const) {
      const answer = await ada.call(method, at, { body, ...stale });
      expect(answer).toMatchObject({ status: 412, body: { status: 412, epoch: service.epoch } });
      expect(answer.body.task).toEqual(task);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    for (const accepted of ['*', '2', 'W/"2"', '"9", "2"']) {
      expect((await ada.patch(id, { title: 'oats' }, { 'if-match': accepted })).status).toBe(200);
    }
    expect((await ada.patch(id, { title: 'x' }, { 'if-match': 'yes' })).status).toBe(400);
    expect((await ada.call('DELETE', path, { headers: { 'if-match': '"2"' } })).status).toBe(200);
    expect(await ada.call('POST', `${path}/restore`, stale)).toMatchObject({
      status: 412,
      body: { task: { id, version: 3 } },
    });
  });

  it('[SV6] reveals nothing about another user’s task', async () => {
    const { signIn } = await startTestService();
    const [ada, eve] = [await signIn('Ada'), await signIn('Eve')];
    const { id } = await ada.create();
    expect((await eve.patch(id, { title: 'x' }, { 'if-match': '"9"' })).status).toBe(404);
  });
});
