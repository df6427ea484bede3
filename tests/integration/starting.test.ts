import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitForAnswer } from '@/scripts/lib/answers.mjs';
import { findFreePort, isPortFree } from '@/scripts/lib/ports.mjs';
import { ROOT } from '@/scripts/lib/root.mjs';
import { runScript } from '@/tests/support/run-script';
import {
  createDataDir,
  endAllServices,
  spawnService,
  startService,
  withoutOwnSettings,
} from '@/tests/support/service-process';

/** How long stopping may take on a busy machine, milliseconds. */
const STOP_LIMIT_MS = 30_000;

const SECRET = 'a secret that is long enough for production';

afterEach(endAllServices);

/** Occupies a port until the test is over. */
async function occupyPort(): Promise<number> {
  const server = createServer();
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return port;
}

describe('starting the service', () => {
  it('[SV28, LG13] refuses a data directory that another service uses, and says which', async () => {
    const first = await startService();
    const second = await spawnService({ dataDir: first.dataDir });
    const { code } = await second.exited;
    expect(code).not.toBe(0);
    expect(second.output()).toContain(first.dataDir);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
  });

  it('[LG13] takes a data directory over from a service that was killed', async () => {
    const first = await startService();
    await first.end('SIGKILL');
    const second = await startService({ dataDir: first.dataDir });
    expect((await fetch(`${second.url}/ready`)).status).toBe(200);
  });

  it('[SV28] says which port is taken and which variable moves it', async () => {
    const port = await occupyPort();
    const service = await spawnService({ port, env: { HOST: '127.0.0.1' } });
    const { code } = await service.exited;
    expect(code).not.toBe(0);
    expect(service.output()).toContain(String(port));
    expect(service.output()).toContain('SERVICE_PORT');
  });

  it('[SV27] names every fault of its configuration at once', async () => {
    const service = await spawnService({
      env: { NODE_ENV: 'production', SERVICE_PORT: 'x', ALLOWED_ORIGINS: '*', AUTH: 'off', LOG_LEVEL: 'loud' },
    });
    const { code } = await service.exited;
    expect(code).not.toBe(0);
    for (const name of ['SERVICE_PORT', 'ALLOWED_ORIGINS', 'AUTH', 'LOG_LEVEL', 'JWT_SECRET'])
      expect(service.output()).toContain(name);
  });

  it('[SV30] has no development login in production', async () => {
    const service = await startService({ env: { NODE_ENV: 'production', JWT_SECRET: SECRET, HOST: '127.0.0.1' } });
    const answer = await fetch(`${service.url}/api/v1/auth/dev-login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    });
    expect(answer.status).toBe(404);
  });

  it('[SV25] ends cleanly when it is asked to', async () => {
    const service = await startService();
    expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

describe('starting both', () => {
  it('says which ports are taken before it starts anything', async () => {
    const [port, servicePort] = [await occupyPort(), await occupyPort()];
    const { code, output } = await runScript('dev.mjs', { PORT: String(port), SERVICE_PORT: String(servicePort) })
      .ended;
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port}, which the app needs, is taken`);
    expect(output).toContain(`Port ${servicePort}, which the service needs, is taken`);
    expect(output).not.toContain('[service]');
  });

  it('names every fault of the configuration at once, the app’s and the service’s', async () => {
    const env = { PORT: 'x', NEXT_PUBLIC_WEBSOCKET_URL: 'nowhere', SERVICE_PORT: '-1', LOG_LEVEL: 'loud' };
    const { code, output } = await runScript('dev.mjs', env).ended;
    expect(code).toBe(1);
    for (const name of Object.keys(env)) expect(output).toContain(`- ${name} is`);
  });

  it('runs the service alone, and stops it when asked', async () => {
    const env = { SERVICE_PORT: String(await findFreePort()), DATA_DIR: createDataDir() };
    const script = runScript('service.mjs', env);
    await script.waitFor('[service]');
    script.send('SIGINT');
    expect(await script.ended).toMatchObject({ code: 0, output: expect.stringContaining('everything is stopped') });
  });

  it('leaves nothing behind when it is killed without warning', async () => {
    const port = await findFreePort();
    const script = runScript('service.mjs', { SERVICE_PORT: String(port), DATA_DIR: createDataDir() });
    await script.waitFor('[service]');
    script.send('SIGKILL');
    await script.ended;
    await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), { timeout: STOP_LIMIT_MS, interval: 100 });
  });

  it('stops when the npm that started it is ended', async () => {
    const port = await findFreePort();
    const npm = spawn('npm', ['run', 'service'], {
      cwd: ROOT,
      env: { ...withoutOwnSettings(process.env), SERVICE_PORT: String(port), DATA_DIR: createDataDir() },
      stdio: 'ignore',
    });
    const limit = AbortSignal.timeout(STOP_LIMIT_MS);
    expect(await waitForAnswer(`http://127.0.0.1:${port}/health`, { signal: limit })).toBe(true);
    npm.kill('SIGTERM');
    await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), { timeout: STOP_LIMIT_MS, interval: 100 });
  });
});
