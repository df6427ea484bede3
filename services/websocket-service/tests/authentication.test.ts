import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '@/auth/authenticator';
import { createTokenVerifier } from '@/auth/token-verifier';
import { CloseCode } from '@/lib/protocol';
import { END_OF_TIME_MS } from '@/ports/identity';
import { noMetrics } from '@/ports/metrics';
import { requestTokenOf } from '@/upgrade/request-token';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestServiceOptions } from './support/test-service';
import { helloOf, openNative, openSocket } from './support/test-socket';
import { secondsFromNow, signToken, TEST_SECRET } from './support/tokens';

const HOUR_S = 3_600;
const exp = secondsFromNow(HOUR_S);
const verify = createTokenVerifier({ secrets: [TEST_SECRET] });

describe('the token verifier', { timeout: PATIENT_MS }, () => {
  it.each([
    [{ sub: 'ada' }, 'ada'],
    [{ sub: 'ada', userId: 'eve' }, 'ada'],
    [{ userId: 'ada' }, 'ada'],
    [{ userId: 7 }, '7'],
    [{ sub: '__proto__' }, '__proto__'],
  ])('[AU11] finds the user of %j', async (claims, userId) => {
    expect(await verify(signToken({ ...claims, exp }))).toEqual({ userId, expiresAt: exp * 1000 });
  });

  it('[AU11] takes the name along', async () => {
    expect(await verify(signToken({ sub: 'ada', name: 'Ada', exp }))).toMatchObject({ name: 'Ada' });
  });

  it.each([[{}], [{ sub: '' }], [{ sub: null }], [{ sub: {} }], [{ userId: ['ada'] }], [{ sub: 'x'.repeat(257) }]])(
    '[AU11] refuses %j',
    async (claims) => {
      await expect(verify(signToken({ ...claims, exp }))).rejects.toThrow();
    },
  );

  it.each([
    ['without exp', { sub: 'ada' }],
    ['past its exp', { sub: 'ada', exp: secondsFromNow(-1) }],
    ['with an exp that is no number', { sub: 'ada', exp: 'never' }],
    ['that is not valid yet', { sub: 'ada', exp, nbf: exp }],
  ])('[AU12] refuses a token %s', async (_what, claims) => {
    await expect(verify(signToken(claims))).rejects.toThrow();
  });

  it('[AU12] cuts an end that no date can hold', async () => {
    expect(await verify(signToken({ sub: 'ada', exp: 1e300 }))).toMatchObject({ expiresAt: END_OF_TIME_MS });
    expect(new Date(END_OF_TIME_MS).toISOString()).toBe('9999-12-31T23:59:59.999Z');
  });

  it.each([
    ['alg none', signToken({ sub: 'ada', exp }, { alg: 'none' })],
    ['alg None', signToken({ sub: 'ada', exp }, { alg: 'None' })],
    ['another HMAC with the right secret', signToken({ sub: 'ada', exp }, { alg: 'HS512' })],
    ['RS256 in its header, HMAC in its signature', signToken({ sub: 'ada', exp }, { alg: 'RS256' })],
    ['another secret', signToken({ sub: 'ada', exp }, { secret: 'another' })],
    ['an empty secret', signToken({ sub: 'ada', exp }, { secret: '' })],
    ['no signature', `${signToken({ sub: 'ada', exp }).split('.', 2).join('.')}.`],
    ['no shape of a token', 'token'],
    ['nothing in it', ''],
    ['two dots', '..'],
  ])('[AU10] refuses a token with %s', async (_what, token) => {
    await expect(verify(token)).rejects.toThrow();
  });
});

describe('the token of an upgrade', { timeout: PATIENT_MS }, () => {
  const query = new URLSearchParams('token=queried');

  it('[AU15] is the header’s, then the query’s where allowed, then the cookie’s', () => {
    const cookie = 'other=1; token=baked; tokens=2';
    expect(requestTokenOf({ authorization: 'Bearer sent', cookie }, query, true)).toBe('sent');
    expect(requestTokenOf({ cookie }, query, true)).toBe('queried');
    expect(requestTokenOf({ cookie }, query, false)).toBe('baked');
    expect(requestTokenOf({}, query, false)).toBeUndefined();
    expect(requestTokenOf({ cookie: 'xtoken=1; token=' }, new URLSearchParams(), true)).toBeUndefined();
    expect(requestTokenOf({ authorization: 'Basic abc', cookie: 'token="a=b"' }, new URLSearchParams(), true)).toBe(
      'a=b',
    );
  });
});

describe('sockets and credentials', { timeout: PATIENT_MS }, () => {
  async function start(options: TestServiceOptions = {}) {
    return startTestService({ ...options, config: { jwtSecret: TEST_SECRET, ...options.config } });
  }

  const tokenOf = (sub: string, more: object = {}): string => signToken({ sub, exp, ...more });

  it.each([
    ['forged', () => signToken({ sub: 'ada', exp }, { secret: 'another' })],
    ['unsigned', () => signToken({ sub: 'ada', exp }, { alg: 'none' })],
    ['expired', () => tokenOf('ada', { exp: secondsFromNow(-10) })],
    ['nonsense', () => 'nonsense'],
  ])('[AU13] a %s token closes with 4401, native and plain', async (_what, tokenFor) => {
    const { url } = await start();
    const native = await openSocket(url);
    native.send(helloOf(tokenFor()));
    expect((await native.closed).code).toBe(CloseCode.unauthorized);
    const plain = await openSocket(url, {
      path: '/ws/ada',
      protocol: null,
      headers: { authorization: `Bearer ${tokenFor()}` },
    });
    expect((await plain.closed).code).toBe(CloseCode.unauthorized);
    expect([...native.messages, ...plain.messages]).toEqual([]);
  });

  it('[AU13] no token closes a plain socket with 4401', async () => {
    const { url } = await start();
    expect((await (await openSocket(url, { protocol: null })).closed).code).toBe(CloseCode.unauthorized);
  });

  it.each([
    ['/ws?userId=eve'],
    ['/ws/ada?userId=eve'],
    ['/ws?userId=ada&userId=eve'],
    ['/ws/eve'],
    ['/ws/%E0%A4%A'],
    ['/ws/ada%20'],
    ['/ws/ADA'],
  ])('[AU13] the token of another user than %s names closes with 4403, native and plain', async (path) => {
    const { url } = await start();
    const native = await openSocket(url, { path });
    native.send(helloOf(tokenOf('ada')));
    expect((await native.closed).code).toBe(CloseCode.forbidden);
    const plain = await openSocket(url, {
      path,
      protocol: null,
      headers: { authorization: `Bearer ${tokenOf('ada')}` },
    });
    expect((await plain.closed).code).toBe(CloseCode.forbidden);
  });

  it('[AU13] an encoded user id in the path is the same user', async () => {
    const { url } = await start();
    const socket = await openNative(url, tokenOf('a/b c@ü'), undefined, `/ws/${encodeURIComponent('a/b c@ü')}`);
    expect(socket.messages[0]).toMatchObject({ type: 'welcome', userId: 'a/b c@ü' });
  });

  it('[AU13] the token’s own user id may stand in the query, and an empty one says nothing', async () => {
    const { url } = await start();
    for (const path of ['/ws?userId=ada', '/ws/ada?userId=ada', '/ws?userId=']) {
      await openNative(url, tokenOf('ada'), undefined, path);
      const headers = { authorization: `Bearer ${tokenOf('ada')}` };
      const plain = await openSocket(url, { path, protocol: null, headers });
      plain.send({ type: 'ping' });
      await plain.waitFor('pong');
    }
  });

  it.each([['user:eve'], ['project:p'], ['user:ADA'], ['user:me2']])(
    '[AU14] the foreign channel %s is refused with an error, at hello and later',
    async (channel) => {
      const { url } = await start();
      const socket = await openSocket(url);
      socket.send({
        type: 'hello',
        token: tokenOf('ada'),
        clientId: 'c',
        channels: [{ channel }, { channel: 'user:me' }],
      });
      await socket.waitFor('snapshot');
      socket.send({ type: 'subscribe', channel });
      const errors = () => socket.messages.filter((message) => message.type === 'error');
      await socket.until(() => errors().length === 2);
      for (const error of errors()) expect(error).toMatchObject({ code: CloseCode.forbidden, details: { channel } });
      expect(socket.messages.filter((message) => message.type === 'subscribed')).toHaveLength(1);
    },
  );

  it('[AU15] a plain socket brings its token as header, cookie or query', async () => {
    const { url } = await start();
    const token = tokenOf('ada');
    for (const options of [
      { headers: { authorization: `Bearer ${token}` } },
      { headers: { cookie: `token=${token}` } },
      { path: `/ws?token=${token}` },
      { path: `/ws/ada?token=${token}` },
    ]) {
      const socket = await openSocket(url, { protocol: null, ...options });
      socket.send({ type: 'ping' });
      await socket.waitFor('pong');
    }
  });

  it('[AU15] a token in the URL counts only where it is allowed', async () => {
    const { url } = await start({ config: { allowQueryToken: false } });
    const socket = await openSocket(url, { protocol: null, path: `/ws?token=${tokenOf('ada')}` });
    expect((await socket.closed).code).toBe(CloseCode.unauthorized);
  });

  it('[AU16] a session is refreshed in place', async () => {
    const { url } = await start();
    const socket = await openNative(url, tokenOf('ada'));
    const later = exp + HOUR_S;
    socket.send({ type: 'auth', token: tokenOf('ada', { exp: later }) });
    expect(await socket.waitFor('auth_ok')).toEqual({
      type: 'auth_ok',
      expiresAt: new Date(later * 1000).toISOString(),
    });
  });

  it.each([
    ['another user', () => tokenOf('eve')],
    ['nobody', () => 'nonsense'],
  ])('[AU16] a refresh with the token of %s closes with 4401', async (_whose, tokenFor) => {
    const { url } = await start();
    const socket = await openNative(url, tokenOf('ada'));
    socket.send({ type: 'auth', token: tokenFor() });
    expect((await socket.closed).code).toBe(CloseCode.unauthorized);
  });

  it('[AU17] an ending token is announced 60 s ahead, and closes native and plain 25 s after its end', async () => {
    const clock = createManualClock(Math.floor(Date.now() / 1000) * 1000);
    const { url } = await start({ clock });
    const token = signToken({ sub: 'ada', exp: clock.now() / 1000 + 70 });
    const native = await openNative(url, token);
    const plain = await openSocket(url, { protocol: null, headers: { authorization: `Bearer ${token}` } });
    const showLife = async () => {
      for (const socket of [native, plain]) {
        const pongs = () => socket.messages.filter((message) => message.type === 'pong').length;
        const before = pongs();
        socket.send({ type: 'ping' });
        await socket.until(() => pongs() > before);
      }
    };
    await showLife();
    clock.advance(9_999);
    await showLife();
    expect(native.messages.some((message) => message.type === 'auth_expiring')).toBe(false);
    clock.advance(1);
    expect(await native.waitFor('auth_expiring')).toEqual({ type: 'auth_expiring', inMs: 60_000 });
    for (const ms of [20_000, 20_000, 20_000, 24_999]) {
      clock.advance(ms);
      await showLife();
    }
    clock.advance(1);
    expect((await native.closed).code).toBe(CloseCode.unauthorized);
    expect((await plain.closed).code).toBe(CloseCode.unauthorized);
  });

  it('[AU20] without authentication the path names the user, and a path is needed', async () => {
    const { url, api } = await start({ config: { auth: 'off' } });
    const plain = await openSocket(url, { path: '/ws/ada', protocol: null });
    const native = await openNative(url, 'whatever', undefined, '/ws/ada');
    expect(native.messages[0]).toMatchObject({ type: 'welcome', userId: 'ada' });
    await api.call('POST', '/api/v1/tasks', { token: tokenOf('ada'), body: { title: 'milk' } });
    await plain.waitFor('task_update');
    expect((await openNative(url, 'whatever', undefined, '/ws?userId=eve')).messages[0]).toMatchObject({
      userId: 'eve',
    });
    expect((await (await openSocket(url, { protocol: null })).closed).code).toBe(CloseCode.unauthorized);
    expect((await api.call('GET', '/api/v1/tasks')).status).toBe(401);
  });
});

describe('an address without authentication', () => {
  const authenticate = createAuthenticator(verify, 'off', noMetrics);

  it('[AU20] is not believed beside the token of another user, nor when it contradicts itself', async () => {
    const token = signToken({ sub: 'ada', exp });
    expect(await authenticate(token, ['eve'])).toMatchObject({ ok: false, code: CloseCode.forbidden });
    expect(await authenticate(undefined, ['ada', 'eve'])).toMatchObject({ ok: false, code: CloseCode.forbidden });
    expect(await authenticate(token, ['ada'])).toMatchObject({ ok: true, identity: { expiresAt: exp * 1000 } });
    expect(await authenticate(token, [])).toMatchObject({ ok: true, identity: { userId: 'ada' } });
  });
});

describe('HTTP and credentials', { timeout: PATIENT_MS }, () => {
  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic abc'],
    ['nonsense', 'Bearer nonsense'],
    ['an expired token', `Bearer ${signToken({ sub: 'ada', exp: secondsFromNow(-10) })}`],
    ['an unsigned token', `Bearer ${signToken({ sub: 'ada', exp }, { alg: 'none' })}`],
  ])('[AU23] %s is answered 401, whatever the body', async (_what, authorization) => {
    const { api } = await startTestService({ config: { jwtSecret: TEST_SECRET } });
    const answer = await api.call('POST', '/api/v1/tasks', {
      text: 'not json',
      ...(authorization !== undefined && { headers: { authorization } }),
    });
    expect(answer).toMatchObject({ status: 401, body: { status: 401 } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('[AU23] a token in cookie or query identifies nobody', async () => {
    const { api } = await startTestService({ config: { jwtSecret: TEST_SECRET } });
    const token = signToken({ sub: 'ada', exp });
    expect((await api.call('GET', `/api/v1/tasks?token=${token}`)).status).toBe(401);
    expect((await api.call('GET', '/api/v1/tasks', { headers: { cookie: `token=${token}` } })).status).toBe(401);
  });
});
