import { describe, expect, it } from 'vitest';
import type { ChannelUpdate, ConnectionStatus, TaskMessage } from '@/lib/protocol';
import { ManualEnvironment } from '@/lib/testing';
import { type PlainOptions, type ProtocolFault, WebSocketSyncClient } from '@/lib/websocket';
import { MAX_HELD_MESSAGES } from '@/lib/websocket/outgoing-queue';
import { nativeClient, task, update } from './native-client';

function plainClient(options: PlainOptions = {}, url = 'ws://host/ws', userId = 'u1') {
  const environment = new ManualEnvironment();
  const messages: TaskMessage[] = [];
  const updates: ChannelUpdate[] = [];
  const faults: ProtocolFault[] = [];
  const client = new WebSocketSyncClient(url, userId, {
    environment,
    onProtocolError: (fault) => faults.push(fault),
    ...options,
  });
  client.addMessageListener((message) => messages.push(message));
  client.addChannelListener((news) => updates.push(news));
  const live = () => {
    client.connect();
    environment.socket.open();
    updates.length = 0;
  };
  return { client, environment, clock: environment.clock, messages, updates, faults, live };
}

const created = { type: 'task_update', event: 'task.created', task: task('a'), timestamp: '2025-12-31T12:00:00Z' };
const ping = { type: 'ping', timestamp: null };

/** Half of the first ceiling: the environment draws 0.5. */
const FIRST_WAIT_MS = 500;

describe('seed 001', () => {
  it.each([
    ['ws://host/ws', 'u1', 'ws://host/ws/u1'],
    ['ws://host/ws/', 'u1', 'ws://host/ws/u1'],
    ['ws://host/ws?dialect=todo', 'u1', 'ws://host/ws/u1?dialect=todo'],
    ['ws://host/ws', 'a/b ü?#', 'ws://host/ws/a%2Fb%20%C3%BC%3F%23'],
    ['ws://host', '$&', 'ws://host/%24%26'],
  ])('[CS15] asks for the path of the user: %s, %s', (url, userId, address) => {
    const { client, environment } = plainClient({}, url, userId);
    client.connect();
    expect(environment.socket.url).toBe(address);
    expect(environment.socket.protocols).toEqual([]);
  });

  it('[CS6] is connected when open, and sends nothing', () => {
    const { client, environment, clock } = plainClient();
    client.connect();
    environment.socket.open();
    expect(client.getStatus()).toBe('connected');
    clock.advance(3_600_000);
    environment.wake();
    expect(environment.socket.sent).toEqual([]);
  });

  it('[CS14] has every method of the seed', () => {
    const { client, environment } = plainClient();
    const statuses: ConnectionStatus[] = [];
    const onStatus = (status: ConnectionStatus) => statuses.push(status);
    client.addStatusListener(onStatus);
    expect(client.getStatus()).toBe('disconnected');
    client.connect();
    environment.socket.open();
    environment.socket.end();
    expect(client.getReconnectAttempts()).toBe(1);
    client.disconnect();
    expect(statuses).toEqual(['connecting', 'connected', 'error', 'disconnected']);
    client.removeStatusListener(onStatus);
    client.connect();
    expect(statuses).toHaveLength(4);
    expect(client.getReconnectAttempts()).toBe(0);
  });

  it('[CS14] gives the undo of every listener, and takes listeners by name too', () => {
    const { client, environment, live } = plainClient();
    const heard: string[] = [];
    const byName = () => heard.push('by name');
    live();
    const undos = [
      client.addMessageListener(() => heard.push('message')),
      client.addStatusListener(() => heard.push('status')),
      client.addChannelListener(() => heard.push('news')),
      client.subscribe(() => heard.push('state')),
    ];
    client.addMessageListener(byName);
    client.removeMessageListener(byName);
    client.removeMessageListener(byName);
    for (const undo of [...undos, ...undos]) undo();
    environment.socket.receive(created);
    environment.socket.end();
    expect(heard).toEqual([]);
  });

  it('[CS14] hears each event as it was sent, and no heartbeat', () => {
    const { environment, live, messages } = plainClient();
    live();
    environment.socket.receive(ping);
    environment.socket.receive(created);
    expect(messages).toEqual([created]);
  });

  it('[CS14] hears native events as they are, and a task taken away as deleted', async () => {
    const { environment, live, messages } = nativeClient();
    await live();
    const target = { taskId: 't9' };
    environment.socket.receive({
      type: 'batch',
      events: [
        update(1),
        { type: 'access_removed', channel: 'user:u1', seq: 2, target },
        { type: 'skip', channel: 'user:u1', seq: 3 },
        { type: 'access_removed', channel: 'user:u1', seq: 4, target: { channel: 'project:p' } },
      ],
    });
    expect(messages).toEqual([update(1), { type: 'task_update', event: 'task.deleted', task: { id: 't9' } }]);
  });

  it('[CS15] takes several values of one frame', () => {
    const { environment, live, messages, faults } = plainClient();
    live();
    const second = { ...created, event: 'task.updated' };
    environment.socket.receive(`${JSON.stringify(created)}\n${JSON.stringify(second)}\n`);
    environment.socket.receive(JSON.stringify(created, null, 2));
    expect(messages).toEqual([created, second, created]);
    expect(faults).toEqual([]);
  });

  it('[CS15] takes the good items beside the bad ones', () => {
    const { environment, live, messages, faults } = plainClient();
    live();
    environment.socket.receive(`rubbish\n${JSON.stringify(created)}\n{"type":"task_update"}`);
    expect(messages).toEqual([created]);
    expect(faults.map(({ reason }) => reason)).toEqual(['poison', 'poison']);
  });

  it.each(['ping', 'pong', ' pong \n'])('[CS15] takes a bare word for life: %s', (word) => {
    const { environment, live, faults } = plainClient();
    live();
    environment.socket.receive(word);
    expect(faults).toEqual([]);
  });

  it.each([
    '',
    '\n',
    'null',
    '[]',
    '5',
    '"x"',
    '{}',
    '{"type":"welcome"}',
    '{"type":"task_update","event":"task.eaten"}',
  ])('[CS15] never throws and never hands rubbish on: %j', (frame) => {
    const { client, environment, live, messages } = plainClient();
    live();
    environment.socket.receive(frame);
    environment.socket.receiveBinary(new ArrayBuffer(4));
    expect(messages).toEqual([]);
    expect(client.getStatus()).toBe('connected');
  });

  it('[CS15] says what was wrong with an item', () => {
    const { environment, live, faults } = plainClient();
    live();
    environment.socket.receive({ type: 'surprise' });
    expect(faults).toEqual([{ reason: 'poison', cause: expect.stringContaining('surprise') }]);
  });

  it('[HB8] waits for ever for a server that never promised a heartbeat', () => {
    const { client, environment, clock, live } = plainClient();
    live();
    clock.advance(86_400_000);
    expect(client.getStatus()).toBe('connected');
    expect(environment.sockets).toHaveLength(1);
  });

  it('[HB8] gives a server up that misses the heartbeat it has sent, on later sockets too', () => {
    const { client, environment, clock, live } = plainClient();
    live();
    environment.socket.receive(ping);
    clock.advance(79_999);
    expect(client.getStatus()).toBe('connected');
    clock.advance(1 + FIRST_WAIT_MS);
    expect(environment.sockets).toHaveLength(2);
    environment.socket.open();
    clock.advance(80_000 + FIRST_WAIT_MS);
    expect(environment.sockets).toHaveLength(3);
    expect(environment.sockets.flatMap(({ sent }) => sent)).toEqual([]);
  });

  it('[HB8] watches once, however many heartbeats come', () => {
    const { environment, clock, live } = plainClient();
    live();
    environment.socket.receive(ping);
    const { pending } = clock;
    for (let count = 0; count < 50; count++) environment.socket.receive(ping);
    expect(clock.pending).toBe(pending);
  });

  it('[HB8] sends the ping that it is told to, and judges by the answer', () => {
    const { environment, clock, live } = plainClient({ pingText: 'ping' });
    live();
    clock.advance(12_000);
    expect(environment.socket.sent).toEqual(['ping']);
    environment.socket.receive('pong');
    clock.advance(12_000);
    environment.wake();
    clock.advance(2_000);
    expect(environment.sockets).toHaveLength(2);
  });

  it('[HB9] asks for a resync at each opening and at each wake', () => {
    const { client, environment, clock, updates, live } = plainClient();
    client.connect();
    environment.socket.open();
    expect(updates).toEqual([{ type: 'resync' }]);
    live();
    environment.wake();
    expect(updates).toEqual([{ type: 'resync' }]);
    environment.socket.end();
    clock.advance(500);
    environment.socket.open();
    expect(updates).toHaveLength(2);
  });

  it.each(['connecting', 'connected'])('[CS9] may be disconnected while %s is told', (at) => {
    const { client, environment, clock, updates } = plainClient();
    client.subscribe(() => client.connection.state === at && client.disconnect());
    client.connect();
    if (at === 'connected') environment.socket.open();
    expect(updates).toEqual([]);
    expect(environment.liveSockets).toEqual([]);
    expect(clock.pending + environment.wakers).toBe(0);
  });

  it('[HB9] hands each event to the channel listeners in canonical form', () => {
    const { environment, live, updates } = plainClient();
    live();
    environment.socket.receive(created);
    expect(updates).toEqual([
      { type: 'plain', event: expect.objectContaining({ kind: 'created', taskId: 'a' }), message: created },
    ]);
  });

  it('[CS12] keeps what it may not send yet, and sends it in order', () => {
    const { client, environment } = plainClient();
    expect([client.send('one'), client.send('two')]).toEqual([true, true]);
    client.connect();
    environment.socket.open();
    client.send('three');
    expect(environment.socket.sent).toEqual(['one', 'two', 'three']);
  });

  it('[CS12] refuses and reports what is too much', () => {
    const { client, environment, faults, live } = plainClient();
    for (let count = 0; count < MAX_HELD_MESSAGES; count++) client.send('x');
    expect(client.send('one more')).toBe(false);
    live();
    expect(client.send('ü'.repeat(8_193))).toBe(false);
    environment.socket.bufferedAmount = 2 ** 20 + 1;
    expect(client.send('held back')).toBe(false);
    expect(faults.map(({ reason }) => reason)).toEqual(['refused', 'refused', 'refused']);
    expect(environment.socket.sent).toHaveLength(MAX_HELD_MESSAGES);
  });

  it('[CS12] reports what disconnect() leaves unsent', () => {
    const { client, faults } = plainClient();
    client.connect();
    client.send('lost');
    client.disconnect();
    expect(faults).toEqual([{ reason: 'refused', cause: 'lost' }]);
  });

  it('[CS15] does nothing for channels', () => {
    const { client, environment, live } = plainClient();
    live();
    client.subscribeChannel('user:u1')();
    client.setPositions({ 'user:u1': { epoch: 'e', seq: 1 } });
    expect(environment.socket.sent).toEqual([]);
  });
});
