import { describe, expect, it } from 'vitest';
import { ManualEnvironment } from '@/lib/testing';
import { browserEnvironment, WebSocketSyncClient } from '@/lib/websocket';
import { nativeClient, settle, snapshot, subscribed, update, welcome } from './native-client';

describe('the life of a client', () => {
  it('[CS10] does nothing when it is made', async () => {
    const { environment, clock, client, tokens } = nativeClient();
    await settle();
    expect(environment.sockets).toEqual([]);
    expect(tokens).toEqual([]);
    expect(clock.pending + environment.wakers).toBe(0);
    expect(client.connection).toEqual({ state: 'idle' });
  });

  it('[CS10] stops with a reason that names the cure where there is no WebSocket', () => {
    const environment = { ...new ManualEnvironment(), ...browserEnvironment, onWake: () => () => {} };
    const saved = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    const client = new WebSocketSyncClient('ws://host/ws', 'u1', { environment });
    client.connect();
    if (saved) globalThis.WebSocket = saved;
    expect(client.connection).toMatchObject({ state: 'failed', reason: 'protocol' });
    expect(JSON.stringify(client.connection)).toContain('environment.createSocket');
  });

  it('[CS6] is connected with the welcome', async () => {
    const { client, environment, states } = nativeClient();
    client.connect();
    await settle();
    environment.socket.open();
    expect(client.connection).toEqual({ state: 'handshaking', attempt: 1 });
    environment.socket.receive(welcome);
    environment.socket.receive(welcome);
    expect(states).toEqual(['connecting', 'handshaking', 'connected']);
    expect(environment.socket.protocols).toEqual(['taskwire.v1']);
  });

  it.each(['token', 'open', 'welcome'])('[CS6] gives up after 10 s without %s', async (missing) => {
    const { client, environment, clock } = nativeClient(
      missing === 'token' ? { getToken: () => new Promise<string>(() => {}) } : {},
    );
    client.connect();
    await settle();
    if (missing === 'welcome') environment.socket.open();
    clock.advance(9_999);
    expect(client.connection.state).toMatch(/connecting|handshaking/);
    clock.advance(1);
    expect(client.connection).toMatchObject({ state: 'waiting', attempt: 1, reason: 'no answer' });
    expect(environment.liveSockets).toEqual([]);
  });

  it('[CS2] says error, and nothing else, while it waits', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    const words: string[] = [];
    client.addStatusListener((word) => words.push(word));
    environment.socket.end();
    await settle();
    expect(words).toEqual(['error']);
    expect(client.getStatus()).toBe('error');
  });

  it('[CS5] makes one socket for two calls of connect()', async () => {
    const { client, environment, live } = nativeClient();
    client.connect();
    client.connect();
    await settle();
    client.connect();
    expect(environment.sockets).toHaveLength(1);
    await live();
    client.connect();
    await settle();
    expect(environment.sockets).toHaveLength(1);
  });

  it('[CS5] gives the socket up at disconnect() and makes one at the next connect()', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    client.disconnect();
    client.connect();
    await settle();
    expect(environment.sockets.map(({ isLive }) => isLive)).toEqual([false, true]);
    expect(client.connection.state).toBe('connecting');
  });

  it('[CS5] opens no socket for a token that comes after disconnect()', async () => {
    let give = (_: string) => {};
    const { client, environment } = nativeClient({
      getToken: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    client.connect();
    client.disconnect();
    give('late');
    await settle();
    expect(environment.sockets).toEqual([]);
    expect(client.connection.state).toBe('closed');
  });

  it('[CS7] hears nothing of a socket that was given up', async () => {
    const { client, environment, live, open, states, updates } = nativeClient();
    await live(3);
    const [orphan] = environment.sockets;
    client.disconnect();
    client.connect();
    await open();
    states.length = updates.length = 0;
    orphan?.receive(update(4));
    orphan?.receive('rubbish');
    orphan?.end(4403);
    expect(client.connection.state).toBe('connected');
    expect([...states, ...updates]).toEqual([]);
  });

  it('[CS7] hears no late opening of a socket that was given up', async () => {
    const { client, environment } = nativeClient();
    client.connect();
    await settle();
    const [orphan] = environment.sockets;
    client.disconnect();
    if (orphan) orphan.state = 'connecting';
    orphan?.open();
    expect(client.connection.state).toBe('closed');
    expect(orphan?.sent).toEqual([]);
  });

  it('[CS7] takes no late opening of an orphan for its own', async () => {
    const { client, environment } = nativeClient();
    client.connect();
    await settle();
    const [orphan] = environment.sockets;
    client.disconnect();
    client.connect();
    await settle();
    if (orphan) orphan.state = 'connecting';
    orphan?.open();
    expect(client.connection.state).toBe('connecting');
    expect(environment.socket.sent).toEqual([]);
  });

  it('[CS7] does not wait for the close event', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    client.disconnect();
    expect(client.connection.state).toBe('closed');
    expect(environment.socket.state).toBe('closing');
  });

  it('[CS8] reports a listener that throws and goes on', async () => {
    const { client, environment, live, faults, messages, reconnect } = nativeClient();
    await live(3);
    const broken = new Error('broken');
    const late: unknown[] = [];
    client.addChannelListener(() => {
      throw broken;
    });
    client.addChannelListener((news) => late.push(news));
    client.subscribe(() => {
      throw broken;
    });
    environment.socket.receive(update(4));
    environment.socket.end();
    expect(late).toHaveLength(1);
    expect(messages).toHaveLength(1);
    expect(faults.every(({ reason, cause }) => reason === 'listener' && cause === broken)).toBe(true);
    expect((await reconnect()).channels).toMatchObject([{ position: { seq: 4 } }]);
  });

  it('[CS8] does not call a listener in the turn that it was added in', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    const heard: string[] = [];
    client.addChannelListener(() => client.addChannelListener(() => heard.push('late')));
    environment.socket.receive(update(1));
    expect(heard).toEqual([]);
    environment.socket.receive(update(2));
    expect(heard).toEqual(['late']);
  });

  it('[CS8] does not call a listener that another one removed in the same turn', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    const heard: string[] = [];
    const remover = client.addChannelListener(() => removed());
    const removed = client.addChannelListener(() => heard.push('removed'));
    environment.socket.receive(update(1));
    remover();
    removed();
    expect(heard).toEqual([]);
  });

  it.each(['connecting', 'handshaking', 'connected', 'waiting'])(
    '[CS9] may be disconnected while %s is told',
    async (at) => {
      const { client, environment, clock, open } = nativeClient();
      client.subscribe(() => client.connection.state === at && client.disconnect());
      client.connect();
      if (at !== 'connecting') await open();
      if (at === 'waiting') environment.socket.end();
      await settle();
      expect(client.connection.state).toBe('closed');
      expect(environment.liveSockets).toEqual([]);
      expect(clock.pending + environment.wakers).toBe(0);
    },
  );

  it('[CS1] tells a state once, however often it is asked for', async () => {
    const { client, live, states } = nativeClient();
    client.disconnect();
    await live();
    client.disconnect();
    client.disconnect();
    expect(states).toEqual(['connecting', 'handshaking', 'connected', 'closed']);
  });

  it('[CS9] may be connected while waiting is told', async () => {
    const { client, environment, clock, live } = nativeClient();
    await live();
    client.subscribe(() => client.connection.state === 'waiting' && client.connect());
    environment.socket.end();
    await settle();
    clock.advance(9_000);
    expect(environment.sockets).toHaveLength(2);
    expect(environment.liveSockets).toHaveLength(1);
  });

  it('[CS9] may be disposed while news is told', async () => {
    const { client, environment, clock, live, updates } = nativeClient();
    await live();
    client.addChannelListener(() => client.dispose());
    environment.socket.receive({ type: 'batch', events: [update(1), update(2)] });
    environment.socket.receive(update(3));
    expect(updates).toHaveLength(1);
    expect(clock.pending + environment.wakers).toBe(0);
  });

  it('[CS11] leaves nothing behind after dispose(), whenever it is called', async () => {
    const stages = [
      async () => {},
      async (one: ReturnType<typeof nativeClient>) => one.client.connect(),
      async (one: ReturnType<typeof nativeClient>) => one.live(),
      async (one: ReturnType<typeof nativeClient>) => {
        await one.live(3);
        one.environment.socket.receive(update(7));
        one.environment.wake();
      },
      async (one: ReturnType<typeof nativeClient>) => {
        await one.live();
        one.environment.socket.end();
      },
      async (one: ReturnType<typeof nativeClient>) => {
        await one.live();
        one.environment.socket.end(4403);
      },
    ];
    for (const stage of stages) {
      const one = nativeClient();
      await stage(one);
      one.client.dispose();
      const { length } = one.environment.sockets;
      one.client.connect();
      one.environment.wake();
      await settle();
      expect(one.clock.pending + one.environment.wakers).toBe(0);
      expect(one.environment.liveSockets).toEqual([]);
      expect(one.environment.sockets).toHaveLength(length);
    }
  });

  it('[CS12] refuses a frame of the protocol too, and reports no token', async () => {
    const { environment, live, faults } = nativeClient();
    await live();
    environment.socket.bufferedAmount = 2 ** 20 + 1;
    environment.socket.receive({ type: 'auth_expiring', inMs: 1_000 });
    await settle();
    expect(environment.socket.sent).toEqual([]);
    expect(faults).toEqual([{ reason: 'refused', cause: 'auth' }]);
  });

  it('[CS13] tells what it measures', async () => {
    const { client, environment, clock, open, metrics, reconnect } = nativeClient();
    client.connect();
    clock.advance(40);
    await open();
    clock.advance(60);
    environment.socket.receive(subscribed(2));
    environment.socket.receive(snapshot(2));
    environment.socket.receive(update(9));
    clock.advance(2_000);
    environment.socket.receive('rubbish');
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(3, true, 1));
    environment.socket.receive(update(3));
    const told = metrics.filter(([name]) => name !== 'sent' && name !== 'received');
    expect(told).toEqual([
      ['attempt', 1],
      ['connected', 40],
      ['replayed', 0, 'user:u1'],
      ['recovered', 100],
      ['gap', 1, 'user:u1'],
      ['poison', 1],
      ['attempt', 2],
      ['connected', 0],
      ['replayed', 1, 'user:u1'],
      ['recovered', 500],
    ]);
    expect(metrics).toContainEqual(['received', 'rubbish'.length]);
    expect(metrics).toContainEqual(['sent', environment.socket.sent[0]?.length]);
  });

  it('[CS13] is not touched by a meter that throws', async () => {
    const { environment, live, updates } = nativeClient({
      onMetric: () => {
        throw new Error('meter');
      },
      onProtocolError: () => {
        throw new Error('report');
      },
    });
    await live();
    environment.socket.receive('rubbish');
    environment.socket.receive(update(1));
    expect(updates).toHaveLength(1);
  });
});
