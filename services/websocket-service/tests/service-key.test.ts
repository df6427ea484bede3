import { describe, expect, it } from 'vitest';
import { createServiceKeyCheck } from '@/auth/service-key';
import { DEFAULT_LIMITS } from '@/config/limits';
import { createBaseApp } from '@/http/create-base-app';
import { requireServiceKey } from '@/http/require-service-key';
import { silentLogger } from '@/ports/logger';
import { noMetrics } from '@/ports/metrics';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)] as const;

describe('service keys', () => {
  it.each([
    [`Bearer ${OLD}`, true],
    [`Bearer ${NEW}`, true],
    [`bearer  ${NEW} `, true],
    [`Bearer ${NEW}x`, false],
    [`Bearer ${NEW.slice(1)}`, false],
    [`Basic ${NEW}`, false],
    [NEW, false],
    ['Bearer ', false],
    ['', false],
    [undefined, false],
  ])('[AU40] %s is good: %s', (header, isGood) => {
    expect(createServiceKeyCheck([NEW, OLD])(header)).toBe(isGood);
  });

  it('[AU40] no part of a key is good, nor what goes on after it, however long the other keys are', () => {
    const isGood = createServiceKeyCheck(['short', 'a-longer-key']);
    for (const key of ['short', 'a-longer-key']) {
      expect(isGood(`Bearer ${key}`)).toBe(true);
      for (const near of [key.slice(0, -1), `${key}!`, `${key}€`, `${key}\u{1f600}`, `${key}${'x'.repeat(9_000)}`]) {
        expect(isGood(`Bearer ${near}`)).toBe(false);
      }
    }
  });

  it('[AU40] nothing is good where there are none, an empty key included', () => {
    expect(createServiceKeyCheck([])('Bearer ')).toBe(false);
    expect(createServiceKeyCheck([])(undefined)).toBe(false);
  });

  it('[AU40] guarded routes answer 401 with the cure before they read a body', async () => {
    const app = createBaseApp({ log: silentLogger, ...DEFAULT_LIMITS });
    await app.register(async (scope) => {
      requireServiceKey(scope, createServiceKeyCheck([NEW]), noMetrics);
      scope.post('/guarded', async () => ({ ok: true }));
    });
    const post = (authorization: string) =>
      app.inject({
        method: 'POST',
        url: '/guarded',
        payload: '{',
        headers: { authorization, 'content-type': 'application/json' },
      });
    const refused = await post('Bearer wrong');
    expect([refused.statusCode, refused.json().detail]).toEqual([401, expect.stringContaining('SERVICE_KEY')]);
    expect((await post(`Bearer ${NEW}`)).statusCode).toBe(400);
  });
});
