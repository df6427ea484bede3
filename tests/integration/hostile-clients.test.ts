import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { openNativeSocket, openRawSocket, type RawSocket } from '@/tests/support/raw-socket';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Everything below is done to one service, with a well-behaved reader on it that must not notice. */
describe('a service among hostile clients', () => {
  let service: ServiceProcess;
  let ada: ServiceApi;
  let bystander: RawSocket;

  beforeAll(async () => {
    service = await startService();
    ada = await signInToService(service.url, 'Ada');
    bystander = await openNativeSocket(service.url, ada.token);
  });

  afterAll(endAllServices);

  async function expectServiceGoesOn(): Promise<void> {
    const { id } = await ada.create({ title: 'still here' });
    await bystander.waitForEvent(({ taskId }) => taskId === id);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    expect(service.output()).not.toContain(ada.token);
  }

  const hello = (token: string) => ({ type: 'hello', token, clientId: 'hostile', channels: [{ channel: 'user:me' }] });

  it.each([
    ['text that is not JSON', 'garbage'],
    ['half of a JSON text', '{"type":"hel'],
    ['JSON that is no object', '[1,2,3]'],
    ['null', 'null'],
    ['a first message other than hello', '{"type":"ping"}'],
    ['a hello without a token', '{"type":"hello","clientId":"c","channels":[]}'],
  ])('[SV21] closes with 4400 for %s', async (_what, frame) => {
    const socket = await openRawSocket(service.url);
    socket.send(frame);
    expect((await socket.waitForClose()).code).toBe(CloseCode.badMessage);
    await expectServiceGoesOn();
  });

  it('[SV21] closes with 4400 for garbage after a good hello', async () => {
    const socket = await openNativeSocket(service.url, ada.token);
    socket.send('\u0000\uffff{{{');
    expect((await socket.waitForClose()).code).toBe(CloseCode.badMessage);
    await expectServiceGoesOn();
  });

  it('[SV21] answers an unknown type with an error and keeps the socket', async () => {
    const socket = await openNativeSocket(service.url, ada.token);
    socket.send({ type: 'surprise' });
    expect(await socket.waitFor('error')).toMatchObject({ code: CloseCode.badMessage });
    socket.send({ type: 'ping', id: 7 });
    expect(await socket.waitFor('pong')).toMatchObject({ id: 7 });
    socket.close();
  });

  it.each([
    ['before hello', false],
    ['after hello', true],
  ])('[LM2] closes with 1009 for a frame of 10 MB %s', async (_when, isGreeted) => {
    const socket = isGreeted ? await openNativeSocket(service.url, ada.token) : await openRawSocket(service.url);
    socket.send('x'.repeat(TEN_MEGABYTES));
    expect((await socket.waitForClose()).code).toBe(CloseCode.tooLarge);
    await expectServiceGoesOn();
  });

  it('[LM2] closes with 1009 for a frame of 10 MB on the plain form', async () => {
    const socket = await openRawSocket(service.url, { protocol: null, headers: bearer(ada.token) });
    socket.send('x'.repeat(TEN_MEGABYTES));
    expect((await socket.waitForClose()).code).toBe(CloseCode.tooLarge);
    await expectServiceGoesOn();
  });

  it.each([
    ['no shape of one', () => 'not-a-token'],
    ['another secret', () => sign('HS256')],
    ['another algorithm', () => sign('HS512')],
    ['no algorithm', () => sign('none')],
    ['a changed signature', () => `${ada.token.slice(0, -4)}AAAA`],
  ])('[AU10, AU13] closes with 4401 for a token with %s', async (_what, makeToken) => {
    const socket = await openRawSocket(service.url);
    socket.send(hello(makeToken()));
    expect((await socket.waitForClose()).code).toBe(CloseCode.unauthorized);
    expect(socket.frames.filter(({ type }) => type !== 'error')).toEqual([]);
    await expectServiceGoesOn();
  });

  it('[AU13] closes with 4401 for a wrong token on the plain form', async () => {
    const socket = await openRawSocket(service.url, { protocol: null, headers: bearer('wrong') });
    expect((await socket.waitForClose()).code).toBe(CloseCode.unauthorized);
    await expectServiceGoesOn();
  });

  it('[AU13] closes with 4403 for a foreign user id in the path', async () => {
    const eve = await signInToService(service.url, 'Eve');
    const socket = await openRawSocket(service.url, { path: `/ws/${encodeURIComponent(ada.userId)}` });
    socket.send(hello(eve.token));
    expect((await socket.waitForClose()).code).toBe(CloseCode.forbidden);
    expect(socket.frames.filter(({ type }) => type !== 'error')).toEqual([]);
    await expectServiceGoesOn();
  });

  it('[AU13] closes with 4403 for a foreign user id in the path of the plain form', async () => {
    const eve = await signInToService(service.url, 'Eve');
    const options = { path: `/ws/${encodeURIComponent(ada.userId)}`, protocol: null, headers: bearer(eve.token) };
    const socket = await openRawSocket(service.url, options);
    expect((await socket.waitForClose()).code).toBe(CloseCode.forbidden);
    expect(socket.frames.filter(({ type }) => type !== 'error')).toEqual([]);
    await expectServiceGoesOn();
  });

  it('[AU14] refuses another user’s channel and keeps the socket', async () => {
    const eve = await signInToService(service.url, 'Eve');
    const socket = await openNativeSocket(service.url, eve.token);
    socket.send({ type: 'subscribe', channel: `user:${ada.userId}` });
    expect(await socket.waitFor('error')).toMatchObject({ code: CloseCode.forbidden });
    const { id } = await ada.create({ title: 'not for Eve' });
    await bystander.waitForEvent(({ taskId }) => taskId === id);
    const own = await eve.create({ title: 'for Eve' });
    await socket.waitForEvent(({ taskId }) => taskId === own.id);
    expect(socket.events().filter(({ taskId }) => taskId === id)).toEqual([]);
    socket.close();
  });

  it('[LM1] closes with 4408 for a client that says nothing', async () => {
    const socket = await openRawSocket(service.url);
    expect((await socket.waitForClose()).code).toBe(CloseCode.helloTimeout);
    await expectServiceGoesOn();
  });

  it('[AU21] refuses a page of a foreign origin with HTTP 403', async () => {
    const opening = openRawSocket(service.url, { headers: { origin: 'https://evil.example' } });
    await expect(opening).rejects.toThrow('403');
    await expectServiceGoesOn();
  });
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A token of the right shape, signed with a secret that is not the service's. */
function sign(algorithm: 'HS256' | 'HS512' | 'none'): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const body = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode({ sub: 'Ada', exp: 4_102_444_800 })}`;
  if (algorithm === 'none') return `${body}.`;
  const digest = algorithm === 'HS256' ? 'sha256' : 'sha512';
  return `${body}.${createHmac(digest, 'the secret of somebody else').update(body).digest('base64url')}`;
}
