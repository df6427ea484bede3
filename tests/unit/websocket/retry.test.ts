import { describe, expect, it } from 'vitest';
import { nativeClient, settle, snapshot, subscribed } from './native-client';

/** A client whose every attempt fails before opening; gives how long it waited before each. */
async function failing(attempts: number, options: Parameters<typeof nativeClient>[0] = {}) {
  const one = nativeClient(options);
  const waits: number[] = [];
  one.client.connect();
  for (let attempt = 0; attempt < attempts; attempt++) {
    await settle();
    one.environment.socket.end();
    const { connection } = one.client;
    if (connection.state !== 'waiting') break;
    waits.push(connection.retryAt - one.clock.now());
    one.clock.advance(connection.retryAt - one.clock.now());
  }
  return { ...one, waits };
}

describe('retries', () => {
  it('[BO1] waits under the ceilings in their order', async () => {
    const { waits } = await failing(8);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('[BO6] gives up after ten retries and says so', async () => {
    const { client, environment, clock } = await failing(20);
    expect(environment.sockets).toHaveLength(11);
    expect(client.connection).toMatchObject({ state: 'failed', attempt: 11, reason: 'retries-exhausted' });
    clock.advance(1e9);
    expect(environment.sockets).toHaveLength(11);
  });

  it('[BO6] counts as it is told, without an end for Infinity', async () => {
    expect((await failing(20, { maxRetries: 0 })).environment.sockets).toHaveLength(1);
    expect((await failing(20, { maxRetries: 3 })).environment.sockets).toHaveLength(4);
    expect((await failing(50, { maxRetries: Number.POSITIVE_INFINITY })).waits).toHaveLength(50);
  });

  it('[BO2] does not forgive at the opening nor at the welcome', async () => {
    const { client, environment, clock, open, waitOut } = nativeClient();
    const waits: number[] = [];
    client.connect();
    for (let attempt = 0; attempt < 3; attempt++) {
      await open();
      environment.socket.end(1000);
      const { connection } = client;
      waits.push(connection.state === 'waiting' ? connection.retryAt - clock.now() : -1);
      await waitOut();
    }
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  it('[BO2] forgives after 5 s', async () => {
    const { client, environment, clock, open, waitOut } = await failing(3);
    await open();
    clock.advance(4_999);
    environment.socket.end();
    expect(client.getReconnectAttempts()).toBe(4);
    await waitOut();
    await open();
    clock.advance(5_000);
    environment.socket.end();
    expect(client.getReconnectAttempts()).toBe(1);
  });

  it('[BO2] forgives when all data is complete', async () => {
    const { client, environment, open, waitOut } = await failing(3, { channels: ['user:me', 'project:p'] });
    await open();
    environment.socket.receive(subscribed(1));
    environment.socket.receive(snapshot(1));
    environment.socket.receive(subscribed(1, false, 0, 'project:p'));
    environment.socket.end();
    expect(client.getReconnectAttempts()).toBe(4);
    await waitOut();
    await open();
    environment.socket.receive(subscribed(1, true));
    environment.socket.receive(subscribed(0, false, 0, 'project:p'));
    environment.socket.receive(snapshot(0, [], 0, true, 'project:p'));
    environment.socket.end();
    expect(client.getReconnectAttempts()).toBe(1);
  });

  it('[BO4] waits as the server advises', async () => {
    for (const code of [1012, 1013, 4429]) {
      const { client, environment, clock, live } = nativeClient();
      await live();
      environment.draws.push(0.9, 0.25);
      environment.socket.end(code, '{"retryAfterMs":700,"spreadMs":400}');
      expect(client.connection).toMatchObject({ state: 'waiting', retryAt: clock.now() + 800 });
    }
  });

  it.each(['', 'soon', '{', '{"retryAfterMs":-5}', '{"retryAfterMs":"9"}', '[]', 'null', '{"spreadMs":5}'])(
    '[BO4] draws its own wait where the advice makes no sense: %s',
    async (reason) => {
      const { client, environment, clock, live } = nativeClient();
      await live();
      environment.socket.end(1012, reason);
      expect(client.connection).toMatchObject({ retryAt: clock.now() + 500 });
    },
  );

  it('[BO4] is not made to hammer by the same short advice', async () => {
    const { client, environment, clock, open, waitOut } = nativeClient();
    client.connect();
    for (let attempt = 0; attempt < 5; attempt++) {
      await open();
      environment.socket.end(1013, '{"retryAfterMs":1}');
      await waitOut();
    }
    await open();
    environment.socket.end(1013, '{"retryAfterMs":1}');
    expect(client.connection).toMatchObject({ retryAt: clock.now() + 15_000 });
  });

  it('[BO4] cuts a wait that is too long to five minutes', async () => {
    const { client, environment, clock, live } = nativeClient();
    await live();
    environment.socket.end(4429, '{"retryAfterMs":1e12}');
    expect(client.connection).toMatchObject({ retryAt: clock.now() + 300_000 });
  });

  it('[BO7] cuts any wait by connect() and by a wake', async () => {
    for (const cut of ['connect', 'wake'] as const) {
      const { client, environment, live } = nativeClient();
      await live();
      environment.socket.end(4429, '{"retryAfterMs":300000}');
      if (cut === 'connect') client.connect();
      else environment.wake();
      await settle();
      expect(environment.sockets).toHaveLength(2);
      expect(client.connection).toEqual({ state: 'connecting', attempt: 2 });
    }
  });

  it('[BO7] hears wakes again after disconnect() and connect()', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    client.disconnect();
    environment.wake();
    expect(environment.liveSockets).toEqual([]);
    await live();
    environment.socket.end();
    environment.wake();
    await settle();
    expect(client.connection.state).toBe('connecting');
  });

  it('[BO7] leaves no second dial behind when a wait was cut', async () => {
    const { environment, clock, live, open } = nativeClient();
    await live();
    environment.socket.end();
    environment.wake();
    environment.wake();
    await open();
    clock.advance(10_000);
    expect(environment.sockets).toHaveLength(2);
  });

  it('[BO7] starts anew by a wake after the retries ran out', async () => {
    const { client, environment } = await failing(20);
    environment.wake();
    await settle();
    expect(client.connection).toEqual({ state: 'connecting', attempt: 1 });
  });

  it.each([4403, 4400, 1009])('[BO7] starts anew after %d by connect() alone', async (code) => {
    const { client, environment, clock, live } = nativeClient();
    await live();
    environment.socket.end(code);
    environment.wake();
    clock.advance(1e9);
    await settle();
    expect(client.connection.state).toBe('failed');
    client.connect();
    await settle();
    expect(client.connection).toEqual({ state: 'connecting', attempt: 1 });
    expect(environment.sockets).toHaveLength(2);
  });

  it('[BO12] resumes at once after 4410, and backs off when it comes again within a minute', async () => {
    const { client, environment, clock, live, open } = nativeClient();
    await live(3);
    environment.socket.end(4410);
    expect(client.connection).toEqual({ state: 'connecting', attempt: 2 });
    await open();
    clock.advance(10_000);
    environment.socket.end(4410);
    expect(client.connection.state).toBe('waiting');
    clock.advance(500);
    await open();
    clock.advance(60_000);
    environment.socket.receive('{"type":"pong"}');
    environment.socket.end(4410);
    expect(client.connection.state).toBe('connecting');
  });

  it('[BO12] does not take a connection that went silent for a slow reader', async () => {
    const { client, environment, clock, live, open } = nativeClient();
    await live();
    environment.wake();
    clock.advance(2_000);
    await open();
    environment.socket.end(4410);
    expect(client.connection.state).toBe('connecting');
  });

  it.each([1000, 1001, 1005, 1006, 1011])('[BO5] comes back after %d', async (code) => {
    const { client, environment, clock, live } = nativeClient();
    await live();
    environment.socket.end(code);
    expect(client.connection).toEqual({
      state: 'waiting',
      attempt: 1,
      retryAt: clock.now() + 500,
      reason: `closed with ${code}`,
    });
  });

  it('[BO13] reads no wall clock', async () => {
    const { now } = Date;
    Date.now = () => {
      throw new Error('the wall clock was read');
    };
    try {
      const { environment, clock, live, open } = nativeClient();
      await live();
      clock.advance(60);
      environment.socket.end();
      clock.advance(500);
      await open();
      clock.advance(15_000);
      expect(environment.sockets).toHaveLength(2);
    } finally {
      Date.now = now;
    }
  });
});
