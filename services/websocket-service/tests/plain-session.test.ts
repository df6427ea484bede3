import { beforeEach, describe, expect, it } from 'vitest';
import { CloseCode, decodeTaskUpdate } from '@/lib/protocol';
import type { User } from './support/api';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openSocket, type TestSocket } from './support/test-socket';

describe('a plain session', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  async function openPlain(path = '/ws'): Promise<TestSocket> {
    const headers = { authorization: `Bearer ${ada.token}` };
    const socket = await openSocket(service.url, { path, protocol: null, headers });
    socket.send({ type: 'ping' });
    await socket.waitFor('pong');
    return socket;
  }

  it.each([['/ws'], ['/ws/own']])('[SV22] hears seed 001’s messages and nothing else at %s', async (path) => {
    const socket = await openPlain(path.replace('own', encodeURIComponent(ada.id)));
    const task = await ada.create({ title: 'milk' });
    await ada.call('PATCH', `/api/v1/tasks/${task.id}/complete`);
    await ada.call('DELETE', `/api/v1/tasks/${task.id}`);
    await ada.call('POST', `/api/v1/tasks/${task.id}/restore`);
    await ada.patch(task.id, { title: 'oats' });
    await socket.waitFor((message) => message.event === 'task.updated');
    const heard = socket.messages.slice(1);
    expect(heard.map((message) => message.event)).toEqual([
      'task.created',
      'task.completed',
      'task.deleted',
      'task.created',
      'task.updated',
    ]);
    expect(heard[0]).toEqual({ type: 'task_update', event: 'task.created', task, timestamp: task.createdAt });
    expect(heard[2]).toMatchObject({ task: { id: task.id, version: 3 } });
    for (const message of heard) expect(decodeTaskUpdate(message).skipped).toEqual([]);
  });

  it('[SV19] hears nothing of another user', async () => {
    const socket = await openPlain();
    await (await service.signIn('Eve')).create();
    const { id } = await ada.create();
    await socket.waitFor('task_update');
    expect(socket.events().map((event) => (event.task as { id: string }).id)).toEqual([id]);
  });

  it.each([['garbage'], ['[1]'], ['null'], [''], ['{"type":"surprise"}'], ['{}']])(
    '[SV22] answers %j with an error and stays',
    async (text) => {
      const socket = await openPlain();
      socket.sendText(text);
      expect(await socket.waitFor('error')).toMatchObject({ code: CloseCode.badMessage, message: /\w/ });
      await ada.create();
      await socket.waitFor('task_update');
    },
  );

  it('[SV22] answers a binary frame with an error and stays', async () => {
    const socket = await openPlain();
    socket.sendText(Buffer.from([0, 255, 1]));
    await socket.waitFor('error');
    await ada.create();
    await socket.waitFor('task_update');
  });

  it.each([['taskmd'], ['klingon']])('[SV33] is not what ?dialect=%s gets', async (dialect) => {
    const socket = await openSocket(service.url, { path: `/ws?dialect=${dialect}`, protocol: null });
    expect(await socket.closed).toMatchObject({ code: CloseCode.badMessage, reason: expect.stringMatching(/dialect/) });
    expect(socket.messages).toMatchObject([
      {
        type: 'error',
        code: CloseCode.badMessage,
        message: expect.stringMatching(dialect === 'taskmd' ? /projects/ : /001.*sync-service.*todo/),
      },
    ]);
  });

  it('[SV22] is what a client gets that offers another subprotocol', async () => {
    const headers = { authorization: `Bearer ${ada.token}` };
    const opening = openSocket(service.url, { protocol: 'something.else', headers });
    await expect(opening).rejects.toThrow(/subprotocol/);
  });
});

describe('the pings', { timeout: PATIENT_MS }, () => {
  it('[SV23] reach a native peer every 25 s with its heads, a plain one every 30 s', async () => {
    const clock = createManualClock(Date.now());
    const { url, signIn, service } = await startTestService({ clock });
    const ada = await signIn('Ada');
    const native = await openSocket(url);
    native.send({ type: 'hello', token: ada.token, clientId: 'c', channels: [{ channel: 'user:me' }] });
    const plain = await openSocket(url, { protocol: null, headers: { authorization: `Bearer ${ada.token}` } });
    await native.waitFor('snapshot');
    await ada.create();
    const { eventId } = await native.waitFor('task_update');
    await plain.waitFor('task_update');

    clock.advance(25_000);
    const ping = await native.waitFor('ping');
    expect(ping.heads).toEqual({ [ada.channel]: { epoch: service.epoch, seq: 1, eventId } });
    expect(ping.timestamp).toBe(new Date(clock.now()).toISOString());
    expect(plain.messages.some((message) => message.type === 'ping')).toBe(false);
    clock.advance(5_000);
    expect(await plain.waitFor('ping')).toEqual({ type: 'ping', timestamp: null });
  });

  it('[SV24] end a connection whose peer is gone without a word', async () => {
    const clock = createManualClock(Date.now());
    const { url, signIn, api } = await startTestService({ clock });
    const ada = await signIn('Ada');
    const socket = await openSocket(url);
    socket.send({ type: 'hello', token: ada.token, clientId: 'c', channels: [] });
    await socket.waitFor('welcome');
    socket.socket.pause();
    for (let round = 0; round < 3; round += 1) clock.advance(25_000);
    const count = async () => (await api.call('GET', '/api/v1/ws/stats')).body.client_count;
    await expect.poll(count, POLLING).toBe(0);
  });
});
