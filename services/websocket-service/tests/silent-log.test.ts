import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createApi } from './support/api';
import { startKeyServer } from './support/key-server';
import { PATIENT_MS } from './support/patience';
import { type ServiceProcess, useBuiltService } from './support/service-process';
import { createTempDir } from './support/temp-dir';
import { helloOf, openSocket } from './support/test-socket';
import { secondsFromNow, signToken } from './support/tokens';

/** Nobody writes these by chance. */
const secretOf = (what: string): string => `${what}-${randomUUID()}`;

/** A signed token whose last letters are changed. */
const forged = (token: string): string => `${token.slice(0, -8)}forged00`;

/** Brings a token every way that a user's token is read from, and some that it is not. */
async function bringToken({ url, api }: ServiceProcess, token: string, good: string): Promise<void> {
  await api.call('GET', '/api/v1/tasks', { token });
  await api.call('GET', `/api/v1/tasks?token=${token}`);
  await api.call('GET', `/nope?token=${token}`);
  await api.call('GET', '/api/v1/tasks', { headers: { authorization: `Token ${token}`, cookie: `token=${token}` } });
  await api.call('POST', '/api/v1/tasks', { token: good, text: `{"title":"x","token":"${token}` });
  await api.call('POST', '/api/v1/tasks', {
    token: good,
    text: `token=${token}`,
    headers: { 'content-type': 'text/plain' },
  });
  await api.call('POST', '/api/v1/auth/dev-login', { text: token });
  const plain = [
    { path: `/ws?token=${token}` },
    { path: `/ws?dialect=real-time-sync&token=${token}` },
    { path: '/ws?dialect=sync-service', headers: { cookie: `token=${token}` } },
    { path: '/api/v1/projects/p/ws', headers: { authorization: `Bearer ${token}` } },
  ];
  for (const options of plain) {
    const socket = await openSocket(url, { ...options, protocol: null });
    socket.send({ type: 'ping' });
    await Promise.race([socket.waitFor('pong'), socket.closed]);
  }
  const todo = await openSocket(url, { path: '/ws?dialect=todo', protocol: null });
  todo.send({ type: 'AUTH', token });
  await Promise.race([todo.waitFor('AUTH_SUCCESS'), todo.closed]);
  const native = await openSocket(url);
  native.send(helloOf(token));
  await Promise.race([native.waitFor('welcome'), native.closed]);
  const refreshed = await openSocket(url);
  refreshed.send(helloOf(good));
  await Promise.race([refreshed.waitFor('welcome'), refreshed.closed]);
  refreshed.send({ type: 'auth', token });
  await Promise.race([refreshed.waitFor('auth_ok'), refreshed.closed]);
  refreshed.sendText(`{"type":"auth","token":"${token}`);
}

describe('the log', { timeout: PATIENT_MS }, () => {
  const built = useBuiltService();

  it('[AU22] holds no token, secret or key, however talkative it is and wherever they stood, good or bad', async () => {
    const keys = await startKeyServer();
    const [secret, previous, serviceKey, apiToken] = ['now', 'before', 'key', 'dapr'].map(secretOf) as [
      string,
      string,
      string,
      string,
    ];
    const service = await built.start({
      DATA_DIR: createTempDir(),
      LOG_LEVEL: 'trace',
      MAX_CONNECTIONS_PER_USER: '200',
      JWT_SECRET: secret,
      JWT_SECRET_PREVIOUS: previous,
      JWT_JWKS_URL: keys.url,
      SERVICE_KEY: serviceKey,
      APP_API_TOKEN: apiToken,
    });
    const claims = { sub: 'ada', exp: secondsFromNow(3_600), jti: secretOf('jti') };
    const [own, old] = [signToken(claims, { secret }), signToken(claims, { secret: previous })];
    const asymmetric = await keys.sign('ES256', claims);
    const tokens = [
      own,
      old,
      asymmetric,
      signToken(claims, { secret, alg: 'none' }),
      ...[own, old, asymmetric].map(forged),
    ];
    await Promise.all(tokens.map((token) => bringToken(service, token, own)));
    keys.state.isBroken = true;
    const unknown = await keys.sign('RS256', claims, 'another-kid');
    await bringToken(service, unknown, own);

    const internalUrl = /neighbours on (\S+)/.exec(service.output())?.[1] ?? '';
    const internal = createApi(internalUrl);
    const badKeys = ['wrong', 'dapr-wrong'].map(secretOf);
    for (const key of [serviceKey, ...badKeys]) {
      await service.api.call('POST', '/api/v1/events', { token: key, body: { event_type: 'TASK_EATEN', task_id: 1 } });
      await internal.call('POST', '/revocations', { token: key, body: { jti: claims.jti } });
      await internal.call('POST', '/revocations', { token: key, text: `{"userId":"${own}` });
    }
    for (const key of [apiToken, ...badKeys]) {
      const headers = { 'dapr-api-token': key };
      await internal.call('GET', '/dapr/subscribe', { headers });
      for (const text of ['{}', `{"data":"${own}`]) await internal.call('POST', '/dapr/task-events', { headers, text });
    }
    await bringToken(service, own, old);

    const { output } = await service.end('SIGTERM');
    expect(output.split('\n').length).toBeGreaterThan(100);
    expect(output).toContain('a socket was opened');
    const parts = [...tokens, unknown].flatMap((token) => token.split('.').slice(1)).filter((part) => part !== '');
    for (const hidden of [secret, previous, serviceKey, apiToken, ...badKeys, ...parts])
      expect(output).not.toContain(hidden);
  });
});
