import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfiguration } from '@/scripts/lib/environment.mjs';

const SECRET = 'a secret that is long enough for HS256';

async function faultsOf(env: Record<string, string>, needsSecret = false): Promise<readonly string[]> {
  const failure: unknown = await readConfiguration(env, { needsSecret }).catch((error: unknown) => error);
  return failure instanceof ConfigurationError ? failure.faults : [];
}

describe('readConfiguration', () => {
  it('needs nothing for development', async () => {
    const { port, servicePort, env } = await readConfiguration({}, { needsSecret: false });
    expect({ port, servicePort }).toEqual({ port: 3000, servicePort: 8005 });
    expect(env.DATA_DIR).toMatch(/\.data$/);
  });

  it('derives the addresses from the ports, so that moving one moves all', async () => {
    const { env } = await readConfiguration({ PORT: '4100', SERVICE_PORT: '4200' }, { needsSecret: false });
    expect(env).toMatchObject({
      NEXT_PUBLIC_WEBSOCKET_URL: 'ws://localhost:4200/ws',
      ALLOWED_ORIGINS: 'http://localhost:4100,http://127.0.0.1:4100',
    });
  });

  it('keeps what is set', async () => {
    const given = {
      NEXT_PUBLIC_WEBSOCKET_URL: 'wss://tasks.example/ws',
      ALLOWED_ORIGINS: 'https://tasks.example',
      DATA_DIR: '/var/lib/taskwire',
      NEXT_TELEMETRY_DISABLED: '0',
    };
    const { env } = await readConfiguration(given, { needsSecret: false });
    expect(env).toMatchObject(given);
  });

  it('names every fault at once, the service’s and the app’s', async () => {
    const faults = await faultsOf(
      {
        PORT: '70000',
        SERVICE_PORT: 'x',
        ALLOWED_ORIGINS: '*',
        NEXT_PUBLIC_WEBSOCKET_URL: 'http://a',
        LOG_LEVEL: 'loud',
      },
      true,
    );
    for (const name of [
      'PORT',
      'SERVICE_PORT',
      'ALLOWED_ORIGINS',
      'NEXT_PUBLIC_WEBSOCKET_URL',
      'LOG_LEVEL',
      'JWT_SECRET',
    ])
      expect(faults.filter((fault) => fault.startsWith(`${name} `))).toHaveLength(1);
    expect(faults).toHaveLength(6);
  });

  it('blames a bad SERVICE_PORT once, not also the address derived from it', async () => {
    expect(await faultsOf({ SERVICE_PORT: 'x y' })).toHaveLength(1);
  });

  it('refuses a service address that is none', async () => {
    expect(await faultsOf({ SERVICE_URL: 'localhost:8005' })).toEqual([expect.stringContaining('SERVICE_URL is')]);
  });

  it('moves the internal port with the service’s, and refuses the app’s', async () => {
    const { internalPort } = await readConfiguration({ SERVICE_PORT: '4200' }, { needsSecret: false });
    expect(internalPort).toBe(4201);
    expect(await faultsOf({ PORT: '4201', SERVICE_PORT: '4200' })).toEqual([expect.stringContaining('INTERNAL_PORT')]);
  });

  it('refuses one port for both', async () => {
    expect(await faultsOf({ PORT: '4000', SERVICE_PORT: '4000' })).toEqual([expect.stringContaining('both 4000')]);
  });

  it('refuses a service port that the app could not know', async () => {
    expect(await faultsOf({ SERVICE_PORT: '0' })).toEqual([expect.stringContaining('SERVICE_PORT is 0')]);
  });

  it('takes a production secret that is long enough', async () => {
    expect(await faultsOf({ JWT_SECRET: SECRET }, true)).toEqual([]);
    expect(await faultsOf({ JWT_SECRET: 'short' }, true)).toEqual([expect.stringContaining('JWT_SECRET')]);
  });
});
