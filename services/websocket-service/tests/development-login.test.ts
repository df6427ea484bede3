import { describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { createTempDir } from './support/temp-dir';
import { startTestService } from './support/test-service';

describe('the development login', { timeout: PATIENT_MS }, () => {
  it('[SV30] gives a token that works, and the same user for the same name, over restarts', async () => {
    const dataDir = createTempDir();
    const first = await startTestService({ config: { dataDir } });
    const { status, body } = await first.api.call('POST', '/api/v1/auth/dev-login', { body: { name: '  Ada ' } });
    expect(status).toBe(200);
    expect(body).toEqual({ token: body.token, user: { id: body.user.id, name: 'Ada' }, expiresAt: body.expiresAt });
    expect(new Date(body.expiresAt).toISOString()).toBe(body.expiresAt);
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
    expect((await first.signIn('Ada')).id).toBe(body.user.id);
    expect((await first.signIn('ada')).id).not.toBe(body.user.id);
    await first.service.close();

    const second = await startTestService({ config: { dataDir } });
    expect((await second.signIn('Ada')).id).toBe(body.user.id);
    expect((await second.api.call('GET', '/api/v1/tasks', { token: body.token })).status).toBe(200);
  });

  it('[SV30] gives one user to a name that signs in many times at once', async () => {
    const { signIn } = await startTestService();
    const users = await Promise.all(Array.from({ length: 10 }, () => signIn('Ada')));
    expect(new Set(users.map((user) => user.id)).size).toBe(1);
  });

  it.each([['a'], ['x'.repeat(64)], ['🦆'.repeat(64)], ['__proto__'], ["'; DROP TABLE users; --"]])(
    '[SV30] takes the name %s',
    async (name) => {
      const { api } = await startTestService();
      const { body } = await api.call('POST', '/api/v1/auth/dev-login', { body: { name } });
      expect(body.user.name).toBe(name);
    },
  );

  it.each([[''], ['   '], ['x'.repeat(65)], [5], [null], [undefined]])('[SV30] refuses the name %j', async (name) => {
    const { api } = await startTestService();
    const answer = await api.call('POST', '/api/v1/auth/dev-login', { body: { name } });
    expect(answer).toMatchObject({ status: 400, body: { status: 400 } });
  });
});
