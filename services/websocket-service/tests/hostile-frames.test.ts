import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { CONTINUATION, FINAL, frame, openBare, PING, RSV1, TEXT } from './support/bare-socket';
import { PATIENT_MS, POLLING } from './support/patience';
import { sendRaw } from './support/raw-http';
import { startTestService } from './support/test-service';
import { helloOf, openNative } from './support/test-socket';

describe('frames of hostile clients', { timeout: PATIENT_MS }, () => {
  it('[LM16] in pieces of one byte are put together, and answered', async () => {
    const { url, signIn } = await startTestService();
    const { token } = await signIn('Ada');
    const { socket, text } = await openBare(url);
    const bytes = Buffer.from(JSON.stringify(helloOf(token)));
    for (let at = 0; at < bytes.length; at += 1) {
      const isLast = at === bytes.length - 1;
      socket.write(frame((isLast ? FINAL : 0) | (at === 0 ? TEXT : CONTINUATION), bytes.subarray(at, at + 1)));
    }
    await expect.poll(text, POLLING).toContain('"welcome"');
  });

  it('[LM16] in pieces that together are too large close with 1009, before the last one comes', async () => {
    const { url } = await startTestService();
    const { socket, closeCode } = await openBare(url);
    for (let piece = 0; piece < 20; piece += 1)
      socket.write(frame(piece === 0 ? TEXT : CONTINUATION, 'x'.repeat(1_000)));
    expect(await closeCode()).toBe(CloseCode.tooLarge);
  });

  it.each([
    ['that are compressed, which was not agreed', frame(FINAL | RSV1 | TEXT, 'x'), 1002],
    ['without a mask', frame(FINAL | TEXT, '{}', false), 1002],
    ['of an unknown kind', frame(FINAL | 0x3, 'x'), 1002],
    ['that go on with nothing', frame(FINAL | CONTINUATION, 'x'), 1002],
    ['that are no UTF-8', frame(FINAL | TEXT, Buffer.from([0xc3, 0x28])), 1007],
    ['of a ping that is too long', frame(FINAL | PING, 'x'.repeat(126)), 1002],
  ])('[LM16] %s close with the code of RFC 6455, and a bystander hears on', async (_what, bytes, code) => {
    const { url, signIn } = await startTestService();
    const ada = await signIn('Ada');
    const bystander = await openNative(url, ada.token);
    const { socket, closeCode, head } = await openBare(url);
    expect(head).not.toMatch(/extensions/i);
    socket.write(bytes);
    expect(await closeCode()).toBe(code);
    const { id } = await ada.create();
    await bystander.waitFor((message) => message.taskId === id);
  });

  it('[LM15] headers that do not end are answered 408, silence too', async () => {
    const { url } = await startTestService({ limits: { headersTimeoutMs: 100 } });
    const answers = await Promise.all([sendRaw(url, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '), sendRaw(url, '')]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 .*"status":408/s);
  });

  it('[LM16] mutated frames never end the service, and the bystander hears all its events', async () => {
    const { url, signIn, api } = await startTestService();
    const ada = await signIn('Ada');
    const bystander = await openNative(url, ada.token);
    let seed = 20_261_125;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % below;
    };
    for (let round = 0; round < 40; round += 1) {
      const { socket } = await openBare(url);
      const bytes = frame(FINAL | TEXT, JSON.stringify(helloOf(ada.token)));
      for (let flip = 0; flip <= random(4); flip += 1) bytes[random(bytes.length)] = random(256);
      socket.write(bytes);
      if (round % 10 === 0) await ada.create();
    }
    await bystander.until(() => bystander.events().length === 4);
    expect((await api.call('GET', '/ready')).status).toBe(200);
  });
});
