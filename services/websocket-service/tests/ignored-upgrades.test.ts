import { beforeEach, describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { sendRaw } from './support/raw-http';
import { startTestService, type TestService } from './support/test-service';

describe('an upgrade to what is not served', { timeout: PATIENT_MS }, () => {
  let service: TestService;

  beforeEach(async () => {
    service = await startTestService();
  });

  it.each([
    ['h2c', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ'],
    ['h2c', 'Connection: keep-alive, Upgrade\r\nUpgrade: h2c'],
    ['TLS/1.0', 'Connection: upgrade\r\nUpgrade: TLS/1.0'],
  ])('[SV32] to %s is ignored, and the connection goes on', async (_what, headers) => {
    const [offer, plain] = [`${headers}\r\n`, ''].map((more) => `GET /health HTTP/1.1\r\nHost: x\r\n${more}\r\n`);
    const answers = await sendRaw(service.url, `${offer}${plain}`, /"ok".*"ok"/s);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('[SV32] loses no body, however it is cut, and closes when asked', async () => {
    const head = 'POST /api/v1/auth/dev-login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const offer = 'Connection: close, Upgrade\r\nUpgrade: h2c\r\n';
    const whole = await sendRaw(service.url, `${head}${offer}Content-Length: 14\r\n\r\n{"name":"Ada"}`);
    expect(whole).toMatch(/^HTTP\/1.1 200 .*"name":"Ada"/s);
    const cut = 'Transfer-Encoding: chunked\r\n\r\n7\r\n{"name"\r\n7\r\n:"Ada"}\r\n0\r\n\r\n';
    expect(await sendRaw(service.url, `${head}${offer}${cut}`)).toMatch(/^HTTP\/1.1 200 .*"name":"Ada"/s);
  });

  it('[SV32] is not what a list with websocket in it asks for', async () => {
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const request = `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c, WebSocket\r\n${key}\r\n`;
    expect(await sendRaw(service.url, request, /\r\n\r\n/)).toMatch(/^HTTP\/1.1 101 /);
  });
});
