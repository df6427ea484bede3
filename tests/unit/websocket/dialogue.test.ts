import { describe, expect, it } from 'vitest';
import { type ChannelUpdate, type SocketDialogue, taskUpdate } from '@/lib/protocol';
import { ManualEnvironment } from '@/lib/testing';
import { type ProtocolFault, WebSocketSyncClient } from '@/lib/websocket';
import { task } from './native-client';

function dialogueClient(dialogue: Partial<SocketDialogue> = {}, tokens = ['t1', 't2', 't3', 't4']) {
  const environment = new ManualEnvironment();
  const updates: ChannelUpdate[] = [];
  const faults: ProtocolFault[] = [];
  const fetched: string[] = [];
  const client = new WebSocketSyncClient('ws://host/socket?room=1', 'u1', {
    environment,
    dialogue: { decode: (frame) => taskUpdate.decode(frame), ...dialogue },
    getToken: async () => {
      const token = tokens[fetched.length] ?? 'last';
      fetched.push(token);
      return token;
    },
    onProtocolError: (fault) => faults.push(fault),
  });
  client.addChannelListener((update) => updates.push(update));
  const turn = async () => {
    for (let count = 0; count < 5; count++) await Promise.resolve();
  };
  const open = async () => {
    client.connect();
    await turn();
    environment.socket.open();
  };
  return { client, environment, clock: environment.clock, updates, faults, fetched, open, turn };
}

const created = { type: 'task_update', event: 'task.created', task: task('a'), timestamp: null };
const byMessage = { auth: { message: (token: string) => JSON.stringify({ type: 'AUTH', token }) } } as const;

describe('the dialogue of a foreign server', () => {
  it('[CS23] puts the token into the address where it says so, and nowhere else', async () => {
    const { environment, open } = dialogueClient({ auth: { query: 'token' } }, ['a&b/c']);
    await open();
    expect(environment.socket.url).toBe('ws://host/socket?room=1&token=a%26b%2Fc');
    expect(environment.socket.sent).toEqual([]);
  });

  it('[CS23] sends the token first, waits for the welcome, and says then what it has to say', async () => {
    const greeting = ['{"type":"subscribe","all":true}'];
    const { client, environment, updates, open } = dialogueClient({ ...byMessage, handshake: 'welcome', greeting });
    await open();
    expect(environment.socket.url).toBe('ws://host/socket?room=1');
    expect(environment.socket.sent).toEqual(['{"type":"AUTH","token":"t1"}']);
    expect(client.connection.state).toBe('handshaking');
    environment.socket.receive({ type: 'AUTH_SUCCESS', user_id: 'u1' });
    expect(client.connection.state).toBe('connected');
    expect(environment.socket.sent).toEqual(['{"type":"AUTH","token":"t1"}', ...greeting]);
    expect(updates).toEqual([{ type: 'resync' }]);
  });

  it('[CS23] takes an event for a welcome that was lost, and asks for the list before it', async () => {
    const { client, environment, updates, open } = dialogueClient({ handshake: 'welcome' });
    await open();
    environment.socket.receive(created);
    expect(client.connection.state).toBe('connected');
    expect(updates.map(({ type }) => type)).toEqual(['resync', 'plain']);
  });

  it('[CS23] gives up a server that does not welcome within 10 s', async () => {
    const { client, clock, open } = dialogueClient({ handshake: 'welcome' });
    await open();
    clock.advance(10_000);
    expect(client.connection).toMatchObject({ state: 'waiting', reason: 'no answer' });
  });

  it('[CS24] asks for one fresh token after an error before connected, and then says needs-auth', async () => {
    const { client, environment, clock, fetched, turn, open } = dialogueClient({ ...byMessage, handshake: 'welcome' });
    await open();
    environment.socket.receive({ type: 'error', message: 'Invalid token' });
    expect(client.connection.state).toBe('waiting');
    clock.advance(1_000);
    await turn();
    environment.socket.open();
    environment.socket.receive({ type: 'error', message: 'Invalid token' });
    expect(client.connection).toMatchObject({ state: 'failed', reason: 'needs-auth' });
    expect(fetched).toEqual(['t1', 't2']);
  });

  it.each([4003, 1008, 4001])('[CS24] takes close code %d for a refusal', async (code) => {
    const { client, environment, clock, fetched, turn, open } = dialogueClient({ refusalCodes: [4003] });
    await open();
    environment.socket.end(code);
    clock.advance(1_000);
    await turn();
    environment.socket.open();
    environment.socket.end(code);
    expect(client.connection).toMatchObject({ state: 'failed', reason: 'needs-auth' });
    expect(fetched).toEqual(['t1', 't2']);
  });

  it('[BO10] asks for a fresh token when a handshake failed before opening, as browsers show a refusal by HTTP', async () => {
    const { environment, clock, fetched, turn, client } = dialogueClient({ auth: { query: 'token' } });
    client.connect();
    await turn();
    environment.socket.end(1006);
    clock.advance(1_000);
    await turn();
    expect(fetched).toEqual(['t1', 't2']);
    expect(environment.socket.url).toContain('token=t2');
  });

  it('[CS25] does not give up a server that never answers its pings', async () => {
    const { client, environment, clock, open } = dialogueClient({ ping: '{"type":"ping"}' });
    await open();
    clock.advance(600_000);
    expect(client.connection.state).toBe('connected');
    expect(environment.sockets).toHaveLength(1);
    expect(environment.socket.sent.length).toBeGreaterThan(20);
  });

  it('[CS25] gives up a server that has answered once and does not any more', async () => {
    const { client, environment, clock, open } = dialogueClient({ ping: 'ping' });
    await open();
    clock.advance(12_000);
    environment.socket.receive('pong');
    clock.advance(17_000);
    expect(client.connection.state).toBe('waiting');
  });

  it('[HB7] answers a server that wants its heartbeat answered', async () => {
    const { environment, open } = dialogueClient({ pong: '{"type":"pong"}' });
    await open();
    environment.socket.receive({ type: 'ping', timestamp: null });
    expect(environment.socket.sent).toEqual(['{"type":"pong"}']);
  });

  it('[CS26] refuses a frame that would end the connection there', async () => {
    const { client, environment, faults, open } = dialogueClient({ maxFrameBytes: 512 });
    await open();
    expect(client.send('x'.repeat(512))).toBe(true);
    expect(client.send('x'.repeat(513))).toBe(false);
    expect(environment.socket.sent).toHaveLength(1);
    expect(faults).toMatchObject([{ reason: 'refused' }]);
  });

  it('[CS15] skips a value at which a decoder throws, and deals with bare text itself', async () => {
    const seen: unknown[] = [];
    const decode = (value: unknown) => {
      seen.push(value);
      throw new Error('no such thing');
    };
    const { client, environment, faults, open } = dialogueClient({ decode });
    await open();
    environment.socket.receive('ping\n{"a":1}\nrubbish');
    expect(seen).toEqual([{ a: 1 }]);
    expect(faults.map(({ cause }) => String(cause).split(':')[0])).toEqual(['Error', 'not JSON']);
    expect(client.connection.state).toBe('connected');
  });

  it('[RS30] hands on that the server advises to fetch the list, and so does a fault of the server', async () => {
    const { environment, updates, faults, open } = dialogueClient();
    await open();
    updates.length = 0;
    environment.socket.receive({ type: 'error', message: 'Some events were lost' });
    expect(updates).toEqual([{ type: 'resync', told: true }]);
    expect(faults).toMatchObject([{ reason: 'server-error' }]);
  });
});
