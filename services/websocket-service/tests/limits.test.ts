import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

describe('limits', { timeout: PATIENT_MS }, () => {
  it('[LM1] a native socket that says nothing is closed with 4408 after 5 s, a greeted one is not', async () => {
    const clock = createManualClock(Date.now());
    const { url, signIn } = await startTestService({ clock });
    const { token } = await signIn('Ada');
    const [mute, greeted] = [await openSocket(url), await openNative(url, token)];
    clock.advance(4_999);
    expect(mute.socket.readyState).toBe(mute.socket.OPEN);
    clock.advance(1);
    expect((await mute.closed).code).toBe(CloseCode.helloTimeout);
    greeted.send({ type: 'ping', id: 1 });
    await greeted.waitFor('pong');
  });

  it.each([
    ['one byte too many', 16 * 1024 + 1],
    ['10 MB', 10 * 1024 * 1024],
  ])('[LM2] a frame of %s closes with 1009, and the service goes on', async (_size, bytes) => {
    const { url, signIn } = await startTestService();
    const { token } = await signIn('Ada');
    const frame = 'x'.repeat(bytes);
    const plain = { protocol: null, headers: { authorization: `Bearer ${token}` } };
    for (const socket of [await openSocket(url), await openNative(url, token), await openSocket(url, plain)]) {
      socket.sendText(frame);
      expect((await socket.closed).code).toBe(CloseCode.tooLarge);
    }
    await openNative(url, token);
  });

  it('[LM2] a frame of exactly 16 KiB is read', async () => {
    const { url, signIn } = await startTestService();
    const socket = await openNative(url, (await signIn('Ada')).token);
    const frame = JSON.stringify({ type: 'ping', id: '' });
    socket.sendText(frame.replace('""', `"${'x'.repeat(16 * 1024 - frame.length)}"`));
    expect((await socket.waitFor('pong')).id).toHaveLength(16 * 1024 - frame.length);
  });

  it('[LM3] a body over 16 KiB is answered 413', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const bodyOf = (bytes: number) => {
      const text = JSON.stringify({ title: '' });
      return text.replace('""', `"${'x'.repeat(bytes - text.length)}"`);
    };
    const post = (text: string) => ada.call('POST', '/api/v1/tasks', { text });
    expect((await post(bodyOf(16 * 1024))).status).toBe(201);
    const answer = await post(bodyOf(16 * 1024 + 1));
    expect(answer).toMatchObject({ status: 413, body: { status: 413, detail: expect.stringMatching(/\w/) } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('[LM3] a task that would grow over 16 KiB by many small changes is answered 413 and stays', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const { id } = await ada.create({ title: 'x', a: 'x'.repeat(9_000) });
    expect((await ada.patch(id, { b: 'x'.repeat(9_000) })).status).toBe(413);
    expect((await ada.patch(id, { b: 'x'.repeat(7_000) })).body.task.version).toBe(2);
  });

  it('[LM4] a reader that does not read is closed with 4410, and the others go on', async () => {
    const { url, signIn, api } = await startTestService({
      limits: { maxQueuedBytes: 64 * 1024, closeTimeoutMs: 60_000 },
    });
    const ada = await signIn('Ada');
    const [slow, quick] = [await openNative(url, ada.token), await openNative(url, ada.token)];
    slow.socket.pause();
    // More than the buffers of the operating system take.
    const count = 1_000;
    const text = 'x'.repeat(15_000);
    for (let written = 0; written < count; written += 50) {
      await Promise.all(Array.from({ length: 50 }, () => ada.create({ title: 't', text })));
    }
    await quick.until(() => quick.events().length === count);
    slow.socket.resume();
    expect((await slow.closed).code).toBe(CloseCode.slowReader);
    expect(slow.events().length).toBeLessThan(count);
    await expect.poll(async () => (await api.call('GET', '/api/v1/ws/stats')).body.client_count, POLLING).toBe(1);
  });

  it('[LM6] a channel too many is answered with error 4429, and the socket stays', async () => {
    const { url, signIn } = await startTestService({ limits: { maxChannelsPerConnection: 0 } });
    const socket = await openSocket(url);
    const { token } = await signIn('Ada');
    socket.send({ type: 'hello', token, clientId: 'c', channels: [{ channel: 'user:me' }] });
    expect(await socket.waitFor('error')).toMatchObject({ code: CloseCode.tooMany, details: { limit: 0 } });
    socket.send({ type: 'ping' });
    await socket.waitFor('pong');
  });

  it('[LM7] a user’s connection too many is closed with 4429 and advice, until one ends', async () => {
    const { url, signIn } = await startTestService({ limits: { maxConnectionsPerUser: 2 } });
    const { token } = await signIn('Ada');
    const headers = { authorization: `Bearer ${token}` };
    const first = await openNative(url, token);
    const second = await openSocket(url, { protocol: null, headers });
    second.send({ type: 'ping' });
    await second.waitFor('pong');
    const third = await openSocket(url);
    third.send({ type: 'hello', token, clientId: 'c', channels: [] });
    const { code, reason } = await third.closed;
    expect([code, JSON.parse(reason)]).toEqual([CloseCode.tooMany, { retryAfterMs: 10_000 }]);
    expect((await (await openSocket(url, { protocol: null, headers })).closed).code).toBe(CloseCode.tooMany);
    await openNative(url, (await signIn('Eve')).token);
    first.socket.close();
    await first.closed;
    await openNative(url, token);
  });

  it('[LM7] an address’s connection too many is closed with 4429 and advice', async () => {
    const { url } = await startTestService({ limits: { maxConnectionsPerAddress: 1 } });
    await openSocket(url);
    const { code, reason } = await (await openSocket(url)).closed;
    expect([code, JSON.parse(reason)]).toEqual([CloseCode.tooMany, { retryAfterMs: 10_000 }]);
  });

  it('[LM8] a body nested deeper than 64 levels is answered 400', async () => {
    const { signIn } = await startTestService();
    const ada = await signIn('Ada');
    const nested = (levels: number) => `{"title":"x","a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect((await ada.call('POST', '/api/v1/tasks', { text: nested(63) })).status).toBe(201);
    expect((await ada.call('POST', '/api/v1/tasks', { text: nested(64) })).status).toBe(400);
    expect((await ada.call('POST', '/api/v1/tasks', { text: nested(8_000) })).status).toBe(400);
  });

  it('[LM12] a burst of protocol pings is answered, the last one surely, and the socket stays', async () => {
    const { url, signIn } = await startTestService();
    const socket = await openNative(url, (await signIn('Ada')).token);
    const answers: string[] = [];
    socket.socket.on('pong', (data) => answers.push(data.toString()));
    for (let index = 0; index < 500; index += 1) socket.socket.ping(`${index}`);
    await expect.poll(() => answers.at(-1), POLLING).toBe('499');
    socket.send({ type: 'ping' });
    await socket.waitFor('pong');
  });

  it('[LM9] a flood of frames while the hello is verified is closed with 4429', async () => {
    const { url, signIn } = await startTestService({ limits: { maxWaitingFrames: 2 } });
    const { token } = await signIn('Ada');
    const socket = await openSocket(url);
    socket.socket.pause();
    socket.send({ type: 'hello', token, clientId: 'c', channels: [] });
    for (let index = 0; index < 500; index += 1) socket.send({ type: 'ping' });
    socket.socket.resume();
    expect((await socket.closed).code).toBe(CloseCode.tooMany);
  });
});
