import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { describeTakenPorts, findFreePort, isPortFree } from '@/scripts/lib/ports.mjs';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return port;
}

describe('ports', () => {
  it('finds one that is free', async () => {
    expect(await isPortFree(await findFreePort())).toBe(true);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('sees a server on %s', async (host) => {
    expect(await isPortFree(await listen(host))).toBe(false);
  });

  it('says which port is taken, whose it would be and which variable moves it', async () => {
    const port = await listen('127.0.0.1');
    const free = await findFreePort();
    const sentences = await describeTakenPorts([
      { port: free, variable: 'PORT', owner: 'app' },
      { port, variable: 'SERVICE_PORT', owner: 'service' },
    ]);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(`Port ${port}, which the service needs, is taken`);
    expect(sentences[0]).toContain('SERVICE_PORT=');
  });
});
