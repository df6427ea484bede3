import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { native } from '@/lib/connectors';
import { userChannel } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { createSession, type Session } from '@/lib/sync';
import { browserEnvironment, WebSocketSyncClient } from '@/lib/websocket';
import { type BlackHole, openBlackHole } from '@/tests/support/black-hole';
import { type ServiceApi, signInToService } from '@/tests/support/service-api';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';

/** Within this, milliseconds, a silent path has to be known to somebody who looks at the page. */
const SEEN_LIMIT_MS = 20_000;

/** The same after a wake. */
const WOKEN_LIMIT_MS = 2_500;

let service: ServiceProcess;
const undos: (() => unknown)[] = [];

beforeAll(async () => {
  service = await startService();
});

afterEach(async () => {
  for (const undo of undos.splice(0).reverse()) await undo();
});

afterAll(endAllServices);

interface Device {
  readonly api: ServiceApi;
  readonly path: BlackHole;
  readonly client: WebSocketSyncClient;
  readonly session: Session;
}

/** A device whose socket, and nothing else, goes through a path that can die; the clock and the timers are real. */
async function openDevice(name: string): Promise<Device> {
  const api = await signInToService(service.url, name);
  const path = await openBlackHole(service.port);
  undos.push(() => path.close());
  const getToken = async () => api.token;
  const client = new WebSocketSyncClient(`ws://127.0.0.1:${path.port}/ws`, api.userId, {
    wire: 'native',
    getToken,
    channels: [userChannel(api.userId)],
    maxRetries: Number.POSITIVE_INFINITY,
    environment: {
      ...browserEnvironment,
      createSocket: (address, protocols) => new WebSocket(address, protocols) as never,
    },
  });
  const connector = native({ url: `ws://127.0.0.1:${service.port}/ws`, getToken });
  const session = createSession({ userId: api.userId, connector, connection: client });
  undos.push(() => session.dispose());
  client.connect();
  await expect.poll(() => session.getStatus().state, { timeout: 10_000 }).toBe('live');
  return { api, path, client, session };
}

const titles = ({ session }: Device) =>
  viewAll(session.replica)
    .map(({ title }) => title)
    .sort();

/** Lets the path die and changes things elsewhere: none of it reaches this device. */
async function die({ api, path }: Device): Promise<void> {
  const before = await api.create({ title: 'Before' });
  path.swallow();
  await api.patch(before.id, { title: 'Changed meanwhile' });
  await api.create({ title: 'Added meanwhile' });
}

/** Settles when the session no longer calls itself live, with the reading of the clock. */
function untilStale(session: Session): Promise<number> {
  return new Promise((resolve) => {
    const undo = session.onStatus(() => {
      if (session.getStatus().state === 'live') return;
      undo();
      resolve(performance.now());
    });
  });
}

/** Lets the path carry again, and expects everything that was missed. */
async function expectComplete(device: Device): Promise<void> {
  expect(titles(device)).not.toContain('Added meanwhile');
  device.path.heal();
  await expect.poll(() => device.session.getStatus().state, { timeout: 15_000 }).toBe('live');
  expect(titles(device)).toEqual(['Added meanwhile', 'Changed meanwhile']);
}

describe('a path that swallows everything without closing', () => {
  it('[HB20] is known within 2.5 s after a wake, and afterwards the data is complete', async () => {
    const device = await openDevice('Wanda');
    await die(device);
    const wokenAt = performance.now();
    device.client.wake();
    expect((await untilStale(device.session)) - wokenAt).toBeLessThan(WOKEN_LIMIT_MS);
    await expectComplete(device);
  });

  it('[HB21] is known within 20 s without any hint, and afterwards the data is complete', async () => {
    const device = await openDevice('Vera');
    const diedAt = performance.now();
    await die(device);
    expect((await untilStale(device.session)) - diedAt).toBeLessThan(SEEN_LIMIT_MS);
    await expectComplete(device);
  });
});
