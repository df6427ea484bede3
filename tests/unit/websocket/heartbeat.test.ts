import { describe, expect, it } from 'vitest';
import { nativeClient, update } from './native-client';

const PONG = '{"type":"pong"}';
const PING = '{"type":"ping"}';

/** A connected client; `deaf` is how long the server says nothing from now on. */
async function connected() {
  const one = nativeClient();
  await one.live();
  return one;
}

describe('heartbeat', () => {
  it('[HB1] pings after 12 s of silence and gives up 5 s later', async () => {
    const { client, environment, clock } = await connected();
    clock.advance(11_999);
    expect(environment.socket.sent).toEqual([]);
    clock.advance(1);
    expect(environment.socket.sent).toEqual([PING]);
    clock.advance(4_999);
    expect(client.connection.state).toBe('connected');
    clock.advance(1);
    expect(client.connection.state).not.toBe('connected');
    expect(environment.sockets[0]?.isLive).toBe(false);
  });

  it('[HB1] knows a dead path within 20 s, whenever it dies', async () => {
    for (let second = 0; second < 60; second++) {
      const { client, environment, clock } = await connected();
      let isAlive = true;
      environment.socket.onSend = (text) => isAlive && text === PING && environment.socket.receive(PONG);
      clock.advance(second * 1_000);
      isAlive = false;
      clock.advance(17_001);
      expect(client.connection.state).not.toBe('connected');
    }
  });

  it('[HB1] goes on for ever while the server answers', async () => {
    const { client, environment, clock } = await connected();
    environment.socket.onSend = () => environment.socket.receive(PONG);
    clock.advance(3_600_000);
    expect(client.connection.state).toBe('connected');
    expect(environment.socket.sent.length).toBe(300);
  });

  it('[HB10] spreads the redials of clients that a frozen server silenced in one instant', async () => {
    const { client, clock } = await connected();
    clock.advance(17_000);
    expect(client.connection).toMatchObject({ state: 'waiting', attempt: 1, reason: 'silent' });
  });

  it('[HB4] replaces a connection that lasted at once after a wake, and backs off for one that did not', async () => {
    const { client, environment, clock, open } = await connected();
    clock.advance(6_000);
    environment.wake();
    clock.advance(2_000);
    expect(client.connection).toEqual({ state: 'connecting', attempt: 2 });
    await open();
    environment.wake();
    clock.advance(2_000);
    expect(client.connection).toMatchObject({ state: 'waiting', reason: 'silent' });
  });

  it.each(['rubbish', '{"type":"batch","events":[]}', JSON.stringify(update(1)), PONG])(
    '[HB2] takes any frame for life: %s',
    async (frame) => {
      const { client, environment, clock } = await connected();
      clock.advance(14_000);
      environment.socket.receive(frame);
      clock.advance(10_000);
      expect(client.connection.state).toBe('connected');
    },
  );

  it('[HB2] counts the silence from the last frame', async () => {
    const { environment, clock } = await connected();
    clock.advance(6_000);
    environment.socket.receive(PONG);
    clock.advance(11_999);
    expect(environment.socket.sent).toEqual([]);
    clock.advance(1);
    expect(environment.socket.sent).toEqual([PING]);
  });

  it('[HB3] pings each 25 s under steady traffic', async () => {
    const { environment, clock } = await connected();
    const pings: number[] = [];
    environment.socket.onSend = (text) => text === PING && pings.push(clock.now());
    for (let seq = 1; seq <= 100; seq++) {
      clock.advance(1_000);
      environment.socket.receive(update(seq));
    }
    expect(pings).toEqual([25_000, 50_000, 75_000, 100_000]);
  });

  it('[HB4] probes at a wake and replaces a dead socket 2 s later', async () => {
    const { client, environment, clock } = await connected();
    clock.advance(6_000);
    environment.wake();
    expect(environment.socket.sent).toEqual([PING]);
    clock.advance(1_999);
    expect(client.connection.state).toBe('connected');
    clock.advance(1);
    expect(client.connection).toEqual({ state: 'connecting', attempt: 2 });
    expect(environment.sockets[0]?.isLive).toBe(false);
  });

  it('[HB4] keeps a socket that answers, without a word to anybody', async () => {
    const { environment, clock, states } = await connected();
    states.length = 0;
    for (let tabReturn = 0; tabReturn < 20; tabReturn++) {
      environment.wake();
      environment.socket.receive(PONG);
      clock.advance(3_000);
    }
    expect(states).toEqual([]);
    expect(environment.sockets).toHaveLength(1);
    expect(environment.socket.sent).toHaveLength(20);
  });

  it('[HB4] leaves no second round of pings behind', async () => {
    const { environment, clock } = await connected();
    environment.socket.onSend = () => environment.socket.receive(PONG);
    for (let minute = 0; minute < 10; minute++) {
      clock.advance(48_500);
      environment.wake();
      clock.advance(11_500);
    }
    expect(environment.socket.sent.length).toBeLessThanOrEqual(60);
    expect(clock.pending).toBeLessThanOrEqual(2);
  });

  it('[HB4] is not put off by hints that come again and again', async () => {
    const { client, environment, clock } = await connected();
    for (let hint = 0; hint < 4; hint++) {
      environment.wake();
      clock.advance(500);
    }
    expect(client.connection.state).toBe('connecting');
    expect(environment.sockets[0]?.sent).toEqual([PING]);
  });

  it('[HB4] shortens a ping that is under way', async () => {
    const { client, environment, clock } = await connected();
    clock.advance(12_000);
    environment.wake();
    clock.advance(2_000);
    expect(client.connection.state).toBe('connecting');
  });

  it('[HB6] lets the queued answer speak when it wakes late', async () => {
    const { client, environment, clock } = await connected();
    clock.advance(12_000);
    clock.sleep(60_000);
    clock.advance(0);
    expect(client.connection.state).toBe('connected');
    environment.socket.receive(PONG);
    clock.advance(6_000);
    expect(client.connection.state).toBe('connected');
  });

  it('[HB6] gives up all the same when nothing was queued', async () => {
    const { client, clock } = await connected();
    clock.advance(12_000);
    clock.sleep(60_000);
    clock.advance(0);
    clock.advance(2_000);
    expect(client.connection.state).not.toBe('connected');
  });

  it('[HB6] survives timers of a minute', async () => {
    const { client, environment, clock } = await connected();
    environment.socket.onSend = () => environment.socket.receive(PONG);
    for (let minute = 0; minute < 60; minute++) {
      clock.sleep(60_000);
      clock.advance(0);
    }
    expect(client.connection.state).toBe('connected');
    expect(environment.sockets).toHaveLength(1);
  });

  it('[HB7] answers a ping, with an ack for what moved', async () => {
    const { environment } = await connected();
    const ping = { type: 'ping', timestamp: '', heads: { 'user:u1': { epoch: 'e1', seq: 2 } } };
    environment.socket.receive(update(1));
    environment.socket.receive(update(2));
    environment.socket.receive(ping);
    environment.socket.receive(ping);
    expect(environment.socket.messages()).toEqual([
      { type: 'pong' },
      { type: 'ack', channel: 'user:u1', seq: 2 },
      { type: 'pong' },
    ]);
  });
});
