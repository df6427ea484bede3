import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { Paces } from '@/limits/paces';
import { createTurns } from '@/limits/turns';
import { createChannelReader } from '@/tasks/channel-reader';
import { FINAL, frame, openBare, TEXT } from './support/bare-socket';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

const MAX_WAIT_MS = 60 * 60_000;

describe('a pace', () => {
  it('[LM22] lets some at once, then one after the other, and nobody waits longer than the longest wait', () => {
    const clock = createManualClock();
    const paces = new Paces({ count: 2, perMs: 1_000 }, 1_200, clock.now);
    const take = (times: number) => Array.from({ length: times }, () => paces.take('a'));
    expect(take(6)).toEqual([0, 0, 500, 1_000, 1_200, 1_200]);
    expect(paces.take('__proto__')).toBe(0);
    clock.advance(500);
    expect(take(1)).toEqual([1_200]);
    clock.advance(2_200);
    expect(take(3)).toEqual([0, 0, 500]);
  });

  it('[LM22] forgets who has been quiet, and holds up nobody where the rate is off', () => {
    const clock = createManualClock();
    const paces = new Paces({ count: 1, perMs: 1_000 }, 0, clock.now);
    for (let index = 0; index < 100; index += 1) paces.take(`key ${index}`);
    clock.advance(1_000);
    paces.take('other');
    expect(paces.size).toBe(1);
    const off = new Paces({ count: Number.POSITIVE_INFINITY, perMs: 1_000 }, 1_000, clock.now);
    expect([off.take('a'), off.take('a')]).toEqual([0, 0]);
  });
});

describe('a socket that is closed for one fault after the other', { timeout: PATIENT_MS }, () => {
  const start = async () => {
    const clock = createManualClock(Date.now());
    // Else the clock that is moved on would end who has not answered a ping.
    const pingIntervalMs = MAX_WAIT_MS;
    const limits = { faultsPerAddress: { count: 1, perMs: 60_000 }, maxFaultWaitMs: MAX_WAIT_MS, pingIntervalMs };
    const service = await startTestService({ clock, limits });
    const metrics = async () => (await fetch(`${service.internalUrl}/metrics`)).text();
    return { ...service, clock, metrics };
  };

  it('[LM22] hears of it late, with the same code, and is not heard meanwhile', async () => {
    const { url, clock, metrics, signIn } = await start();
    const ada = await signIn('Ada');
    const first = await openSocket(url);
    first.sendText('no JSON');
    expect((await first.closed).code).toBe(CloseCode.badMessage);
    const second = await openNative(url, ada.token);
    second.sendText('no JSON');
    await expect.poll(metrics, POLLING).toContain('limit="faults-per-address"} 1');
    second.send({ type: 'ping', id: 9 });
    // Whom others share the address with is served as ever.
    const bystander = await openNative(url, ada.token);
    const { id } = await ada.create();
    await bystander.waitFor(({ taskId }) => taskId === id);
    expect([second.socket.readyState, second.messages.some(({ type }) => type === 'pong')]).toEqual([1, false]);
    clock.advance(60_000);
    expect((await second.closed).code).toBe(CloseCode.badMessage);
  });

  it('[SV112] is sent nothing meanwhile, though it stood at the head of a channel with others', async () => {
    const { url, clock, metrics, signIn } = await start();
    const ada = await signIn('Ada');
    const first = await openSocket(url);
    first.sendText('no JSON');
    await first.closed;
    const [faulty, bystander] = [await openNative(url, ada.token), await openNative(url, ada.token)];
    const { id } = await ada.create();
    for (const { waitFor } of [faulty, bystander]) await waitFor(({ taskId }) => taskId === id);
    faulty.sendText('no JSON');
    await expect.poll(metrics, POLLING).toContain('limit="faults-per-address"} 1');
    const later = [await ada.create(), await ada.create()].map((task) => task.id);
    await bystander.waitFor(({ taskId }) => taskId === later[1]);
    clock.advance(60_000);
    expect((await faulty.closed).code).toBe(CloseCode.badMessage);
    expect(faulty.events().map(({ taskId }) => taskId)).toEqual([id]);
  });

  it('[LM25] hears why, though it sent all it had and ended before it looked', async () => {
    const { url, clock, metrics } = await start();
    const first = await openSocket(url);
    first.sendText('no JSON');
    await first.closed;
    const { socket, closeCode, ended } = await openBare(url);
    socket.write(frame(FINAL | TEXT, Buffer.alloc(8 * 1024 * 1024)));
    const isSent = new Promise<void>((resolve) => socket.end(() => resolve()));
    const failures: Error[] = [];
    socket.on('error', (error) => failures.push(error));
    socket.pause();
    await expect.poll(metrics, POLLING).toContain('limit="faults-per-address"} 1');
    clock.advance(60_000);
    const moving = setInterval(() => clock.advance(5));
    await isSent;
    clearInterval(moving);
    socket.resume();
    expect(await closeCode()).toBe(CloseCode.tooLarge);
    await ended;
    expect(failures).toEqual([]);
  });

  it('[LM25] hears why, though it ended its side right behind the fault', async () => {
    const { url, clock, metrics } = await start();
    const first = await openSocket(url);
    first.sendText('no JSON');
    await first.closed;
    const { socket, closeCode } = await openBare(url);
    socket.end(frame(FINAL | TEXT, 'no JSON'));
    await expect.poll(metrics, POLLING).toContain('limit="faults-per-address"} 1');
    clock.advance(60_000);
    expect(await closeCode()).toBe(CloseCode.badMessage);
  });

  it('[LM22] hears of it at once when the service ends', async () => {
    const { url, metrics, service } = await start();
    const sockets = [await openSocket(url), await openSocket(url)];
    for (const socket of sockets) socket.sendText('no JSON');
    await expect.poll(metrics, POLLING).toContain('limit="faults-per-address"} 1');
    const ending = service.close();
    expect((await Promise.all(sockets.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([4400, 4400]);
    await ending;
  });

  it('[LM22] is answered at once when it says goodbye itself, whatever its code', async () => {
    const { url } = await start();
    for (let index = 0; index < 3; index += 1) {
      const socket = await openSocket(url);
      socket.socket.close(CloseCode.badMessage, 'mine');
      expect(await socket.closed).toEqual({ code: CloseCode.badMessage, reason: 'mine' });
    }
  });
});

describe('turns', () => {
  it('[LM23] run a few of a crowd at once and the others in later turns, in order', async () => {
    const inTurns = createTurns(2);
    const ran: number[] = [];
    const counts: number[] = [];
    for (let index = 0; index < 7; index += 1) inTurns(() => ran.push(index));
    for (let turn = 0; turn < 5; turn += 1) {
      counts.push(ran.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(counts).toEqual([2, 4, 6, 7, 7]);
    expect(ran).toEqual([0, 1, 2, 3, 4, 5, 6]);
    inTurns(() => ran.push(7));
    expect(ran.at(-1)).toBe(7);
  });
});

describe('who opens a channel and is gone in the same turn', () => {
  it('[SV117] costs no look into the storage', async () => {
    let looks = 0;
    const store = new Proxy({} as Parameters<typeof createChannelReader>[0], {
      get: () => () => {
        looks += 1;
        return Promise.reject(new Error('nobody wants to know'));
      },
    });
    const reader = createChannelReader(store, 1_000);
    let isWanted = true;
    const opening = reader.open('user:ada', undefined, () => isWanted);
    isWanted = false;
    expect(await opening).toBeUndefined();
    expect(looks).toBe(0);
  });
});
