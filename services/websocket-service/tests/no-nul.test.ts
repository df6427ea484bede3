import { beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '@/auth/token-verifier';
import { InvalidToken } from '@/ports/identity';
import { rawOf, readPublishedEvent } from '@/tasks/published-event';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';
import { secondsFromNow, signToken, TEST_SECRET, TEST_SERVICE_KEY } from './support/tokens';

const NUL = 'a\0b';

describe('U+0000', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  it.each([
    ['POST', '/api/v1/projects', { name: NUL }],
    ['POST', '/api/v1/tasks', { title: 'milk', projectId: NUL }],
    ['POST', '/api/v1/tasks/t/shares', { userId: NUL }],
    ['POST', '/api/v1/auth/dev-login', { name: NUL }],
    ['GET', '/api/v1/tasks/a%00b', undefined],
    ['GET', '/api/v1/tasks?project_id=%00', undefined],
  ])('[SV145] is refused in %s %s', async (method, path, body) => {
    expect((await ada.call(method, path, { body })).status).toBe(400);
  });

  it('[SV145] is in no user id, channel, or watched task, and the connection that named one stays', async () => {
    const token = signToken({ sub: NUL, exp: secondsFromNow(60) });
    await expect(createTokenVerifier({ secrets: [TEST_SECRET] })(token)).rejects.toThrow(InvalidToken);
    const whole = signToken({ sub: 'ab', exp: secondsFromNow(60) });
    expect(await createTokenVerifier({ secrets: [TEST_SECRET] })(whole)).toMatchObject({ userId: 'ab' });
    const native = await openNative(service.url, ada.token);
    native.send({ type: 'subscribe', channel: `project:${NUL}` });
    expect(await native.waitFor('error')).toMatchObject({ code: 4400 });
    const headers = { authorization: `Bearer ${ada.token}` };
    const plain = await openSocket(service.url, { path: '/ws?dialect=real-time-sync', protocol: null, headers });
    plain.send({ type: 'subscribe', taskId: NUL });
    expect(await plain.waitFor('error')).toMatchObject({ code: 4400 });
  });

  it('[SV145] rejects one published event, not those beside it', async () => {
    const event = { event_type: 'TASK_ADDED', user_id: ada.id, task_id: 'a', data: { title: 'a\0b' } };
    const faulty = [
      { ...event, id: NUL },
      { ...event, source: NUL },
      { ...event, user_id: NUL },
      { ...event, task_id: NUL },
      { ...event, mutation_id: NUL },
      { ...event, actor: { id: NUL } },
      { ...event, shared_with: [NUL] },
      { ...event, data: { title: 'a', project_id: NUL } },
      { ...event, data: { title: 'a', status: NUL } },
    ];
    const body = [...faulty, event];
    const answer = (await service.api.call('POST', '/api/v1/events', { body, token: TEST_SERVICE_KEY })).body;
    expect(answer).toMatchObject({ accepted: 1, rejected: faulty.map((_, index) => ({ index })) });
    for (const one of faulty) {
      expect(readPublishedEvent(one)).toMatchObject({ ok: false, reason: expect.stringMatching(/U\+0000/) });
    }
  });

  it('[SV145] is replaced in what is kept of a text that nobody could read', () => {
    expect(rawOf('a\0b').raw).toBe('a\uFFFDb');
  });
});
