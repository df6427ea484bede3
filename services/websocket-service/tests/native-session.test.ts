import { beforeEach, describe, expect, it } from 'vitest';
import { CloseCode, isServerMessage } from '@/lib/protocol';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { helloOf, openNative, openSocket } from './support/test-socket';

describe('a native session', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  it('[SV15] is welcomed, then subscribed channel by channel, with full names', async () => {
    const socket = await openSocket(service.url);
    expect(socket.socket.protocol).toBe('taskwire.v1');
    const channels = [{ channel: 'user:me' }, { channel: ada.channel }];
    socket.send({ type: 'hello', token: ada.token, clientId: 'c', channels });
    await socket.until(() => socket.messages.filter((message) => message.type === 'snapshot').length === 1);
    const [welcome, subscribed] = socket.messages;
    expect(welcome).toMatchObject({ type: 'welcome', userId: ada.id, pingIntervalMs: 25_000 });
    expect(Date.parse(String(welcome?.expiresAt))).toBeGreaterThan(Date.parse(String(welcome?.serverTime)));
    expect(String(welcome?.sessionId)).toMatch(/^[0-9a-f-]{36}$/);
    expect(subscribed).toMatchObject({ type: 'subscribed', channel: ada.channel, recovered: false, replayed: 0 });
    for (const message of socket.messages) expect(isServerMessage(message)).toBe(true);
  });

  it('[SV15] may subscribe to nothing at first, and later', async () => {
    const socket = await openSocket(service.url);
    socket.send({ type: 'hello', token: ada.token, clientId: 'c', channels: [] });
    await socket.waitFor('welcome');
    socket.send({ type: 'subscribe', channel: 'user:me' });
    expect(await socket.waitFor('subscribed')).toMatchObject({ channel: ada.channel });
  });

  it('[SV15] is served at /ws/:userId too', async () => {
    const socket = await openNative(service.url, ada.token, undefined, `/ws/${encodeURIComponent(ada.id)}`);
    expect(socket.messages[0]).toMatchObject({ type: 'welcome', userId: ada.id });
  });

  it.each([
    ['text that is not JSON', 'garbage'],
    ['nothing', ''],
    ['an array', '[1]'],
    ['null', 'null'],
    ['a number', '5'],
    ['another first message', '{"type":"ping"}'],
    ['an unknown first message', '{"type":"surprise"}'],
    ['a hello without a token', '{"type":"hello","clientId":"c","channels":[]}'],
    [
      'a hello with a broken position',
      '{"type":"hello","token":"t","clientId":"c","channels":[{"channel":"user:me","position":{}}]}',
    ],
    ['a hello for 33 channels', JSON.stringify({ ...helloOf('t'), channels: Array(33).fill({ channel: 'user:me' }) })],
  ])('[SV21] is closed with 4400 for %s', async (_what, text) => {
    const socket = await openSocket(service.url);
    socket.sendText(text);
    expect(await socket.closed).toMatchObject({ code: CloseCode.badMessage, reason: expect.stringMatching(/\w/) });
  });

  it('[SV21] is closed with 4400 for a binary frame', async () => {
    const socket = await openSocket(service.url);
    socket.sendText(Buffer.from(JSON.stringify(helloOf(ada.token))));
    expect((await socket.closed).code).toBe(CloseCode.badMessage);
  });

  it.each([['garbage'], ['[]'], ['"x"']])('[SV21] is closed with 4400 for %s after hello', async (text) => {
    const socket = await openNative(service.url, ada.token);
    socket.sendText(text);
    expect((await socket.closed).code).toBe(CloseCode.badMessage);
  });

  it.each([
    ['an unknown type', { type: 'surprise' }],
    ['no type', {}],
    ['a prototype key as type', { type: '__proto__' }],
    ['a second hello', helloOf('token')],
    ['a subscribe without a channel', { type: 'subscribe' }],
    ['a malformed position', { type: 'subscribe', channel: 'user:me', position: { epoch: 'e' } }],
    ['an ack of nonsense', { type: 'ack', channel: 'user:me', seq: -1 }],
    ['a channel that is none', { type: 'subscribe', channel: 'tasks' }],
  ])('[SV21] answers %s with error 4400 and goes on', async (_what, message) => {
    const socket = await openNative(service.url, ada.token);
    socket.send(message);
    expect(await socket.waitFor('error')).toMatchObject({ code: CloseCode.badMessage });
    socket.send({ type: 'ping', id: 'still here' });
    await socket.waitFor('pong');
  });

  it('[SV23] answers a ping with its id, takes pong and ack, and needs no id', async () => {
    const socket = await openNative(service.url, ada.token);
    for (const message of [{ type: 'pong' }, { type: 'ack', channel: ada.channel, seq: 0 }]) socket.send(message);
    for (const id of ['a', 7, undefined]) socket.send({ type: 'ping', id });
    await socket.until(() => socket.messages.filter((message) => message.type === 'pong').length === 3);
    expect(socket.messages.slice(-3)).toEqual([{ type: 'pong', id: 'a' }, { type: 'pong', id: 7 }, { type: 'pong' }]);
  });

  it('[SV19] hears its user’s changes once and in order on every socket, and nobody else’s', async () => {
    const eve = await service.signIn('Eve');
    const [first, second] = [await openNative(service.url, ada.token), await openNative(service.url, ada.token)];
    const foreign = await openNative(service.url, eve.token);
    const { id } = await ada.create({ title: 'milk' }, { 'idempotency-key': 'm1' });
    await ada.patch(id, { title: 'oats' });
    await ada.call('PATCH', `/api/v1/tasks/${id}/complete`);
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    await ada.call('POST', `/api/v1/tasks/${id}/restore`);
    await eve.create();
    for (const socket of [first, second]) {
      await socket.waitFor((message) => message.event === 'task.restored');
      expect(socket.events().map(({ event, seq, version, taskId }) => [event, seq, version, taskId])).toEqual([
        ['task.created', 1, 1, id],
        ['task.updated', 2, 2, id],
        ['task.completed', 3, 3, id],
        ['task.deleted', 4, 4, id],
        ['task.restored', 5, 5, id],
      ]);
      expect(new Set(socket.events().map((event) => event.eventId)).size).toBe(5);
      for (const event of socket.events()) expect(event.actor).toEqual({ id: ada.id, name: 'Ada' });
      expect(socket.events()[0]).toMatchObject({ mutationId: 'm1' });
      expect(socket.events()[3]?.task).toEqual({ id, version: 4 });
    }
    await foreign.waitFor((message) => message.event === 'task.created');
    expect(foreign.events().map((event) => event.channel)).toEqual([eve.channel]);
  });

  it('[SV15] hears nothing more of a channel it left, and can come back to where it was', async () => {
    const [socket, other] = [await openNative(service.url, ada.token), await openNative(service.url, ada.token)];
    await ada.create();
    const { seq, eventId } = await socket.waitFor('task_update');
    socket.send({ type: 'unsubscribe', channel: 'user:me' });
    socket.send({ type: 'unsubscribe', channel: 'user:nobody' });
    socket.send({ type: 'ping', id: 1 });
    await socket.waitFor('pong');
    await ada.create();
    await other.until(() => other.events().length === 2);
    expect(socket.events()).toHaveLength(1);
    socket.send({ type: 'subscribe', channel: ada.channel, position: { epoch: service.service.epoch, seq, eventId } });
    await socket.until(() => socket.events().length === 2);
    expect(socket.messages.at(-2)).toMatchObject({ type: 'subscribed', recovered: true, replayed: 1 });
  });
});
