import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';

/** A connection by hand, for requests that come in pieces. */
function openConnection(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    heard += data.toString();
  });
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, heard: () => heard, ended };
}

describe('a closing service', { timeout: PATIENT_MS }, () => {
  it('[SV25] finishes what it had begun, refuses what comes then, and is gone', async () => {
    const { url, service, signIn } = await startTestService({ limits: { drainMs: 8_000 } });
    const { token } = await signIn('Ada');
    const body = '{"title":"milk"}';
    const headOf = (more: string) =>
      `POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n`;
    const { socket, heard, ended } = openConnection(url);
    socket.write(headOf('Expect: 100-continue\r\n'));
    await expect.poll(heard, POLLING).toContain('100 Continue');

    const closed = service.close();
    socket.write(`${body}${headOf('')}${body}GET /ready HTTP/1.1\r\nHost: x\r\n\r\n`);
    await Promise.all([closed, ended]);
    const [, first, second] = heard().split(/(?=HTTP\/1\.1 \d)/);
    expect(first).toMatch(/^HTTP\/1\.1 201 .*"version":1/s);
    expect(second).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1.*"status":503/is);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('[SV25] may be closed twice, and before it ever listened', async () => {
    const { service } = await startTestService();
    await Promise.all([service.close(), service.close()]);
    await service.close();
  });
});
