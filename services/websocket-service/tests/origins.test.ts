import { describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';
import { TEST_SERVICE_KEY } from './support/tokens';

const ALLOWED = 'http://localhost:3000';

describe('origins', { timeout: PATIENT_MS }, () => {
  it.each([['https://evil.example'], ['http://localhost:3001'], ['http://localhost:3000.evil.example'], ['null']])(
    '[AU21] a socket from %s is refused with HTTP 403',
    async (origin) => {
      const { url } = await startTestService();
      await expect(openSocket(url, { origin })).rejects.toThrow('403');
      await expect(openSocket(url, { origin, protocol: null })).rejects.toThrow('403');
    },
  );

  it('[AU21] a socket from an allowed origin, or without one, is served', async () => {
    const { url, signIn } = await startTestService();
    const { token } = await signIn('Ada');
    await openSocket(url, { origin: ALLOWED });
    await openNative(url, token);
  });

  it('[AU21] an address that serves no sockets is answered 404', async () => {
    const { url } = await startTestService();
    for (const path of ['/', '/wss', '/ws/a/b', '/api/v1/tasks']) {
      await expect(openSocket(url, { path })).rejects.toThrow('404');
    }
  });

  it('[AU21] a page of an allowed origin may call the API with its headers, another may not', async () => {
    const { api } = await startTestService();
    const preflight = (origin: string) =>
      api.call('OPTIONS', '/api/v1/tasks', {
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,content-type,idempotency-key,if-match',
        },
      });
    const { headers } = await preflight(ALLOWED);
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('idempotency-key');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe(
      'https://evil.example',
    );
    const answer = await api.call('GET', '/health', { headers: { origin: 'https://evil.example' } });
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
  });

  it('[SV110] a page of an allowed origin may not read what publishing answers', async () => {
    const { api } = await startTestService();
    const body = { event_type: 'TASK_ADDED', task_id: 5, user_id: 'ada', data: { id: 5, title: 'milk' } };
    const answer = await api.call('POST', '/api/v1/events', {
      body,
      token: TEST_SERVICE_KEY,
      headers: { origin: ALLOWED },
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const other = await api.call('GET', '/health', { headers: { origin: ALLOWED } });
    expect(other.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  });
});
