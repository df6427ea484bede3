import { describe, expect, it } from 'vitest';
import type { NativeOptions } from '@/lib/websocket';
import { nativeClient, settle, welcome } from './native-client';

type GetToken = NativeOptions['getToken'];

/** Tokens by hand: each call waits until the test answers it. */
function manualTokens() {
  const calls: { give(token: unknown): void; refuse(error: unknown): void }[] = [];
  const getToken: GetToken = () =>
    new Promise((resolve, reject) => {
      calls.push({ give: (token) => resolve(token as string), refuse: reject });
    });
  return { calls, getToken };
}

describe('the token', () => {
  const bad: [string, GetToken][] = [
    ['rejects', () => Promise.reject(new Error('offline'))],
    [
      'throws',
      () => {
        throw new Error('offline');
      },
    ],
    ['gives nothing', () => Promise.resolve(undefined as unknown as string)],
    ['gives an empty text', () => Promise.resolve('')],
    ['gives an object', () => Promise.resolve({ token: 'x' } as unknown as string)],
  ];

  it.each(bad)('[BO9] retries when getToken %s', async (_, getBad) => {
    let calls = 0;
    const { client, environment, clock } = nativeClient({
      getToken: () => (calls++ === 0 ? getBad() : Promise.resolve('good')),
    });
    client.connect();
    await settle();
    expect(client.connection).toMatchObject({ state: 'waiting', attempt: 1 });
    expect(environment.sockets).toEqual([]);
    clock.advance(500);
    await settle();
    expect(environment.sockets).toHaveLength(1);
  });

  it('[BO9] asks again when getToken hangs, and takes no late answer', async () => {
    const { calls, getToken } = manualTokens();
    const { client, environment, clock } = nativeClient({ getToken });
    client.connect();
    clock.advance(10_500);
    await settle();
    expect(calls).toHaveLength(2);
    calls[0]?.give('late');
    await settle();
    expect(environment.sockets).toEqual([]);
    calls[1]?.give('good');
    await settle();
    environment.socket.open();
    expect(environment.socket.messages()).toMatchObject([{ type: 'hello', token: 'good' }]);
  });

  it('[BO9] has one request at a time', async () => {
    const { calls, getToken } = manualTokens();
    const { client, environment } = nativeClient({ getToken });
    client.connect();
    client.disconnect();
    client.connect();
    environment.wake();
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]?.give('good');
    await settle();
    expect(environment.sockets).toHaveLength(1);
  });

  it('[BO9] keeps an error of getToken in the reason', async () => {
    const { client } = nativeClient({ getToken: () => Promise.reject(new Error('the session endpoint said 500')) });
    client.connect();
    await settle();
    expect(client.connection).toMatchObject({ reason: 'Error: the session endpoint said 500' });
  });

  it('[BO10] is used again after a connection was lost', async () => {
    const { environment, live, reconnect, tokens } = nativeClient();
    await live();
    environment.socket.end();
    expect((await reconnect()).token).toBe('token-1');
    expect(tokens).toHaveLength(1);
  });

  it('[BO10] is fetched anew after a handshake that failed before opening', async () => {
    const { client, environment, reconnect } = nativeClient();
    client.connect();
    await settle();
    environment.socket.end(1006);
    expect((await reconnect()).token).toBe('token-2');
  });

  it('[BO10] is fetched anew by connect() after a stop', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    environment.socket.end(4403);
    client.connect();
    await settle();
    environment.socket.open();
    expect(environment.socket.messages()).toMatchObject([{ token: 'token-2' }]);
  });

  it.each([1008, 4001, 4401])('[BO8] is refreshed once after %d, and then it is over', async (code) => {
    const { client, environment, clock, live, reconnect, tokens } = nativeClient();
    await live();
    environment.socket.end(code);
    expect((await reconnect()).token).toBe('token-2');
    environment.socket.end(code);
    expect(client.connection).toMatchObject({ state: 'failed', reason: 'needs-auth', detail: `closed with ${code}` });
    clock.advance(1e9);
    environment.wake();
    await settle();
    expect(environment.sockets).toHaveLength(2);
    expect(tokens).toHaveLength(2);
  });

  it('[BO8] is refreshed again after a connection that lasted', async () => {
    const { client, environment, clock, live, reconnect } = nativeClient();
    await live();
    environment.socket.end(4401);
    await reconnect();
    environment.socket.receive(welcome);
    clock.advance(5_000);
    environment.socket.end(4401);
    expect(client.connection.state).toBe('waiting');
    expect((await reconnect()).token).toBe('token-3');
  });

  it('[BO8] is not judged by one that got old while the network was down', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    await live();
    environment.socket.end(4401);
    await reconnect();
    environment.socket.end(1006);
    expect((await reconnect()).token).toBe('token-3');
    environment.socket.end(4401);
    expect(client.connection.state).toBe('failed');
  });

  it('[BO11] is renewed in place at 75 % of its life, by the clock of the server', async () => {
    const { environment, clock, live, client } = nativeClient();
    await live();
    const day = 86_400_000;
    environment.socket.receive({
      ...welcome,
      serverTime: new Date(day).toISOString(),
      expiresAt: new Date(day + 100_000).toISOString(),
    });
    const auths = () =>
      environment.socket.messages().filter((message) => (message as { type: string }).type === 'auth');
    const pass = async (ms: number) => {
      for (let at = 0; at < ms; at += 5_000) {
        clock.advance(5_000);
        environment.socket.receive('{"type":"pong"}');
        await settle();
      }
    };
    await pass(70_000);
    expect(auths()).toEqual([]);
    await pass(5_000);
    expect(auths()).toEqual([{ type: 'auth', token: 'token-2' }]);
    environment.socket.receive({ type: 'auth_ok', expiresAt: new Date(day + 175_000).toISOString() });
    await pass(75_000);
    expect(auths()).toHaveLength(2);
    expect(environment.sockets).toHaveLength(1);
    expect(client.connection.state).toBe('connected');
  });

  it('[BO11] is renewed in time when it lives for 4 s only', async () => {
    const { environment, clock, live } = nativeClient();
    await live();
    const serverTime = '2026-01-01T00:00:00.000Z';
    environment.socket.receive({ ...welcome, serverTime, expiresAt: '2026-01-01T00:00:04.000Z' });
    clock.advance(2_799);
    await settle();
    expect(environment.socket.messages()).toEqual([]);
    clock.advance(401);
    await settle();
    expect(environment.socket.messages()).toEqual([{ type: 'auth', token: 'token-2' }]);
  });

  it('[BO11] is renewed at once when the server says that it ends, once', async () => {
    const { environment, live } = nativeClient();
    await live();
    environment.socket.receive({ type: 'auth_expiring', inMs: 1_000 });
    environment.socket.receive({ type: 'auth_expiring', inMs: 900 });
    await settle();
    expect(environment.socket.messages()).toEqual([{ type: 'auth', token: 'token-2' }]);
  });

  it('[BO11] is asked for again, without harm to the connection, when it cannot be had', async () => {
    const { calls, getToken } = manualTokens();
    const { client, environment, clock } = nativeClient({ getToken });
    client.connect();
    calls[0]?.give('first');
    await settle();
    environment.socket.open();
    environment.socket.receive(welcome);
    environment.socket.receive({ type: 'auth_expiring', inMs: 60_000 });
    calls[1]?.refuse(new Error('offline'));
    await settle();
    clock.advance(4_999);
    expect(calls).toHaveLength(2);
    clock.advance(1);
    expect(calls).toHaveLength(3);
    calls[2]?.give('second');
    await settle();
    expect(environment.socket.messages()).toContainEqual({ type: 'auth', token: 'second' });
    expect(client.connection.state).toBe('connected');
  });

  it('[BO11] wastes no attempt on one that could not be had', async () => {
    const { calls, getToken } = manualTokens();
    const { client, environment, clock } = nativeClient({ getToken });
    client.connect();
    calls[0]?.give('first');
    await settle();
    environment.socket.open();
    environment.socket.receive(welcome);
    environment.socket.receive({ type: 'auth_expiring', inMs: 60_000 });
    calls[1]?.refuse(new Error('offline'));
    await settle();
    environment.socket.end();
    clock.advance(500);
    expect(calls).toHaveLength(3);
  });

  it('[BO11] is not sent on another socket than it was fetched for', async () => {
    const { calls, getToken } = manualTokens();
    const { client, environment, faults } = nativeClient({ getToken });
    client.connect();
    calls[0]?.give('first');
    await settle();
    environment.socket.open();
    environment.socket.receive(welcome);
    environment.socket.receive({ type: 'auth_expiring', inMs: 60_000 });
    environment.socket.end();
    client.connect();
    calls[1]?.give('second');
    await settle();
    environment.socket.open();
    expect(environment.socket.messages()).toMatchObject([{ type: 'hello', token: 'second' }]);
    expect(faults).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  it.each(['soon', '', '1970-01-01T00:00:00Z', null])(
    '[BO11] is left alone when its end makes no sense: %s',
    async (end) => {
      const { environment, clock, live, tokens } = nativeClient();
      await live();
      environment.socket.receive({ ...welcome, expiresAt: end });
      for (let second = 0; second < 7_200; second += 2) {
        clock.advance(2_000);
        environment.socket.receive('{"type":"pong"}');
      }
      await settle();
      expect(tokens).toHaveLength(1);
    },
  );

  it('[BO11] is never renewed in a loop by ends that lie too near', async () => {
    const { environment, clock, live, tokens } = nativeClient();
    await live();
    for (let second = 0; second < 60; second++) {
      environment.socket.receive({ ...welcome, expiresAt: '2026-01-01T00:00:00.001Z' });
      clock.advance(1_000);
      await settle();
    }
    expect(tokens.length).toBeLessThanOrEqual(2);
  });

  it.each([{}, { expiresAt: null, serverTime: {} }, { expiresAt: { toString: null } }])(
    '[DI42] is renewed when the server asks where the welcome says %j',
    async (times) => {
      const { client, environment, clock } = nativeClient();
      client.connect();
      await settle();
      environment.socket.open();
      environment.socket.receive({ type: 'welcome', ...times });
      environment.socket.receive({ type: 'ping' });
      expect(client.connection.state).toBe('connected');
      clock.advance(9_000);
      await settle();
      expect(environment.socket.messages()).toMatchObject([{ type: 'hello' }, { type: 'pong' }]);
      environment.socket.receive({ type: 'auth_expiring' });
      await settle();
      expect(environment.socket.messages().at(-1)).toEqual({ type: 'auth', token: 'token-2' });
    },
  );
});
