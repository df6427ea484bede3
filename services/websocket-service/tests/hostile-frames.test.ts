import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CloseCode, SUBPROTOCOL } from '@/lib/protocol';
import { PATIENT_MS, POLLING } from './support/patience';
import { sendRaw } from './support/raw-http';
import { startTestService } from './support/test-service';
import { helloOf, openNative } from './support/test-socket';

const TEXT = 0x1;
const CONTINUATION = 0x0;
const FINAL = 0x80;
const RSV1 = 0x40;

/** A masked frame by hand; the mask is zero, so that the payload stands there as it is. */
function frame(head: number, payload: Buffer | string, isMasked = true): Buffer {
  const bytes = Buffer.from(payload);
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 0xff];
  length[0] = (length[0] ?? 0) | (isMasked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([head, ...length]), Buffer.alloc(isMasked ? 4 : 0), bytes]);
}

/** Shakes hands over a bare connection. */
async function openBare(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let received = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
  });
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
  );
  await expect.poll(() => received.toString('latin1'), POLLING).toContain('\r\n\r\n');
  const head = received.toString('latin1');
  /** The code of the close frame that the server sends, past or future. */
  const closeCode = async (): Promise<number> => {
    const at = () => received.indexOf(Buffer.from([0x88]), head.indexOf('\r\n\r\n') + 4);
    await expect.poll(at, POLLING).toBeGreaterThan(0);
    return received.readUInt16BE(at() + 2);
  };
  return { socket, head, closeCode, text: () => received.toString('utf8') };
}

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
    ['of a ping that is too long', frame(FINAL | 0x9, 'x'.repeat(126)), 1002],
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
