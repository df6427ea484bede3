import { describe, expect, it } from 'vitest';
import type { ChannelUpdate } from '@/lib/protocol';
import { at, INBOX, nativeClient, settle, snapshot, subscribed, task, update, welcome } from './native-client';

const resubscribe = (seq?: number) => ({
  type: 'subscribe',
  channel: INBOX,
  ...(seq !== undefined && { position: expect.objectContaining(at(seq)) }),
});

const kinds = (updates: ChannelUpdate[]) => updates.map(({ type }) => type);
const seqs = (updates: ChannelUpdate[]) =>
  updates.flatMap((news) => (news.type === 'events' ? news.events.map(({ seq }) => seq) : []));

const ODD_HEADS: Record<string, unknown>[] = [
  {},
  { heads: null },
  { heads: 'x' },
  { heads: { [INBOX]: { epoch: 1, seq: -1 } } },
  { heads: { constructor: at(3) } },
];

describe('resume', () => {
  it('[RS1] adopts a position only after the listeners have its data', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    await live(3);
    const ping = { type: 'ping', timestamp: '', heads: { [INBOX]: at(4) } };
    const undo = client.addChannelListener(() => environment.socket.receive(ping));
    environment.socket.receive(update(4));
    expect(environment.socket.messages()).toContainEqual({ type: 'ack', channel: INBOX, seq: 3 });
    undo();
    environment.socket.end();
    expect((await reconnect()).channels).toEqual([{ channel: INBOX, position: { ...at(4), eventId: 'e4' } }]);
  });

  it('[RS1] keeps what was handed over when the socket ends within it', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    await live(3);
    const undo = client.addChannelListener((news) => news.type === 'events' && environment.socket.end());
    environment.socket.receive(update(4));
    undo();
    expect((await reconnect()).channels).toMatchObject([{ position: at(4) }]);
  });

  it('[RS1] has no position before the last page of the first snapshot', async () => {
    const { client, environment, open, reconnect } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(7));
    environment.socket.receive(snapshot(7, [task('a')], 0, false));
    environment.socket.end();
    expect((await reconnect()).channels).toEqual([{ channel: INBOX }]);
  });

  it('[RS2] ignores what it has seen already', async () => {
    const { environment, live, updates, messages } = nativeClient();
    await live(3);
    environment.socket.receive(update(3));
    environment.socket.receive(update(4));
    environment.socket.receive(update(4));
    environment.socket.receive({ type: 'batch', events: [update(2), update(4), update(5)] });
    expect(seqs(updates)).toEqual([4, 5]);
    expect(messages).toEqual([update(4), update(5)]);
  });

  it('[RS2] keeps no account of what it has seen', async () => {
    const { environment, live } = nativeClient();
    await live(3);
    for (let seq = 4; seq < 1_500; seq++) environment.socket.receive(update(seq));
    for (let seq = 4; seq < 1_500; seq++) environment.socket.receive(update(seq));
    environment.socket.receive(update(3));
    expect(environment.socket.sent).toEqual([]);
  });

  it('[RS3] takes any number of events that one frame brings in order', async () => {
    const { environment, live, client, updates } = nativeClient();
    await live(3);
    const skips = Array.from({ length: 1_400 }, (_, index) => ({ type: 'skip', channel: INBOX, seq: 4 + index }));
    environment.socket.receive({ type: 'batch', events: skips });
    expect(environment.socket.sent).toEqual([]);
    expect(updates).toMatchObject([{ position: at(1_403), events: [] }]);
    client.dispose();
  });

  it('[RS3] keeps what comes behind a gap for two seconds and then asks anew', async () => {
    const { environment, clock, live, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    clock.advance(1_999);
    environment.socket.receive(update(6));
    expect(environment.socket.sent).toEqual([]);
    clock.advance(1);
    expect(environment.socket.messages()).toEqual([resubscribe(3)]);
    expect(updates).toEqual([]);
  });

  it('[RS3] hands over what waited, in order, when the gap fills in time', async () => {
    const { environment, clock, live, updates } = nativeClient();
    await live(3);
    for (const seq of [6, 5, 4]) environment.socket.receive(update(seq));
    clock.advance(3_000);
    expect(environment.socket.sent).toEqual([]);
    expect(updates).toEqual([
      {
        type: 'events',
        channel: INBOX,
        position: { ...at(6), eventId: 'e6' },
        events: [update(4), update(5), update(6)],
      },
    ]);
  });

  it('[RS3] waits anew for a second gap behind the first', async () => {
    const { environment, clock, live } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    environment.socket.receive(update(7));
    clock.advance(1_500);
    environment.socket.receive(update(4));
    clock.advance(1_999);
    expect(environment.socket.sent).toEqual([]);
    clock.advance(1);
    expect(environment.socket.messages()).toEqual([resubscribe(5)]);
  });

  it('[RS3] asks anew at once when too much waits', async () => {
    const { environment, live } = nativeClient();
    await live(3);
    for (let seq = 5; seq < 1_006; seq++) environment.socket.receive(update(seq));
    expect(environment.socket.messages()).toEqual([resubscribe(3)]);
  });

  it('[RS3] takes the replay that it asked for', async () => {
    const { environment, clock, live, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(6));
    clock.advance(2_000);
    environment.socket.receive(update(7));
    environment.socket.receive(subscribed(7, true, 4));
    environment.socket.receive({ type: 'batch', events: [4, 5, 6, 7].map((seq) => update(seq)) });
    expect(seqs(updates)).toEqual([4, 5, 6, 7]);
    clock.advance(60_000);
    expect(
      environment.sockets[0]?.messages().filter((message) => JSON.stringify(message).includes('subscribe')),
    ).toHaveLength(1);
  });

  it('[RS4] hands a snapshot over whole, and what came before its end after it', async () => {
    const { client, environment, open, updates } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(7));
    environment.socket.receive(snapshot(7, [task('a')], 0, false));
    environment.socket.receive(update(7));
    environment.socket.receive(update(8));
    environment.socket.receive(snapshot(7, [task('b')], 1, true));
    expect(kinds(updates)).toEqual(['subscribed', 'snapshot', 'events']);
    expect(updates[1]).toMatchObject({ position: at(7), tasks: [task('a'), task('b')] });
    expect(seqs(updates)).toEqual([8]);
  });

  it('[RS4] never mixes pages of two snapshots', async () => {
    const { client, environment, clock, open, updates } = nativeClient();
    client.connect();
    await open();
    const pings = () => environment.socket.receive('{"type":"pong"}');
    environment.socket.receive(subscribed(7));
    environment.socket.receive(snapshot(7, [task('old')], 0, false));
    for (let second = 0; second < 30; second += 2) {
      clock.advance(2_000);
      pings();
    }
    environment.socket.receive(snapshot(7, [task('old too')], 1, true));
    environment.socket.receive(subscribed(9));
    environment.socket.receive(snapshot(9, [task('new')], 0, true));
    const snapshots = updates.filter(({ type }) => type === 'snapshot');
    expect(snapshots).toEqual([{ type: 'snapshot', channel: INBOX, position: at(9), tasks: [task('new')] }]);
  });

  it('[RS5] finds a lost tail by the heads, two seconds later', async () => {
    const { environment, clock, live } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'ping', timestamp: '', heads: { [INBOX]: at(4), 'project:else': at(9) } });
    clock.advance(1_999);
    expect(environment.socket.messages().at(-1)).not.toEqual(resubscribe(3));
    clock.advance(1);
    expect(environment.socket.messages().at(-1)).toEqual(resubscribe(3));
  });

  it('[RS5] is content when the tail arrives in time', async () => {
    const { environment, clock, live } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'ping', timestamp: '', heads: { [INBOX]: at(4) } });
    environment.socket.receive(update(4));
    clock.advance(5_000);
    expect(environment.socket.messages()).not.toContainEqual(resubscribe(3));
  });

  it('[RS5] asks anew at once when the head is of another epoch', async () => {
    const { environment, live } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'ping', timestamp: '', heads: { [INBOX]: at(1, 'e2') } });
    expect(environment.socket.messages().at(-1)).toEqual(resubscribe(3));
  });

  it('[RS5] finds the end of a replay that never came', async () => {
    const { environment, clock, live, reconnect } = nativeClient();
    await live(3);
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(6, true, 3));
    environment.socket.receive(update(4));
    clock.advance(2_000);
    expect(environment.socket.messages().at(-1)).toEqual(resubscribe(4));
  });

  it.each(ODD_HEADS)('[RS5] is not led astray by odd heads: %j', async (heads) => {
    const { environment, clock, live } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'ping', timestamp: '', ...heads });
    clock.advance(3_000);
    expect(environment.socket.messages()).not.toContainEqual(expect.objectContaining({ type: 'subscribe' }));
  });

  it('[RS6] says that a channel recovered and with how many events', async () => {
    const { environment, live, reconnect, updates } = nativeClient();
    await live(3);
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(5, true, 2));
    environment.socket.receive({ type: 'batch', events: [update(4), update(5)] });
    expect(updates).toEqual([
      subscribed(5, true, 2),
      { type: 'events', channel: INBOX, position: { ...at(5), eventId: 'e5' }, events: [update(4), update(5)] },
    ]);
  });

  it('[RS6] stands at the head where the tasks live in a backend', async () => {
    const { client, environment, open, updates } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive({ ...subscribed(5), source: 'backend' });
    environment.socket.receive(update(6));
    expect(kinds(updates)).toEqual(['subscribed', 'events']);
    expect(updates[0]).toMatchObject({ source: 'backend', position: at(5) });
  });

  it('[RS6] takes a whole replay from the beginning for a recovery without a position', async () => {
    const { client, environment, open, updates } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(2, true, 2));
    environment.socket.receive({ type: 'batch', events: [update(1), update(2)] });
    expect(seqs(updates)).toEqual([1, 2]);
  });

  it('[RS7] skips a poison event, reports it once and goes on', async () => {
    const { environment, clock, live, updates, faults, metrics } = nativeClient();
    await live(3);
    const poison = { ...update(4), task: { id: 't4' } };
    environment.socket.receive({ type: 'batch', events: [poison, update(5)] });
    environment.socket.receive({ ...update(6), event: 'task.eaten' });
    environment.socket.receive(update(7));
    clock.advance(5_000);
    expect(seqs(updates)).toEqual([5, 7]);
    expect(faults.map(({ reason }) => reason)).toEqual(['poison', 'poison']);
    expect(faults[0]?.cause).toEqual(poison);
    expect(metrics.filter(([name]) => name === 'poison')).toHaveLength(2);
    expect(environment.socket.sent).toEqual([]);
  });

  it('[RS7] takes nothing of another channel out of a batch', async () => {
    const { environment, live, updates } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'batch', events: [update(4), update(6, 'x', 'project:p'), update(5)] });
    expect(seqs(updates)).toEqual([4, 5]);
    expect(updates).toMatchObject([{ events: [{ taskId: 't4' }, { taskId: 't5' }] }]);
  });

  it('[RS7] leaves a bad task out of a snapshot', async () => {
    const { client, environment, open, updates, faults } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(7));
    environment.socket.receive(snapshot(7, [task('a'), { id: 'bad' } as never, null as never], 0, true));
    expect(updates[1]).toMatchObject({ type: 'snapshot', tasks: [task('a')] });
    expect(faults).toHaveLength(2);
  });

  it.each([
    'rubbish',
    '',
    'null',
    '[]',
    '7',
    '{}',
    '{"type":"snapshot"}',
    '{"type":"subscribed","channel":"user:u1"}',
    '{"type":"batch","events":5}',
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":"task_update","seq":"x"}',
    '{"type":"skip","seq":1}',
    '{"type":"hello"}',
  ])('[RS7] reports a frame that is no message and keeps the connection: %s', async (frame) => {
    const { client, environment, live, faults, updates } = nativeClient();
    await live(3);
    environment.socket.receive(frame);
    environment.socket.receive(update(4));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.reason).toBe('poison');
    expect(seqs(updates)).toEqual([4]);
    expect(client.connection.state).toBe('connected');
  });

  it("[RS7] reports the server's errors", async () => {
    const { environment, live, faults } = nativeClient();
    await live();
    const error = { type: 'error', code: 4403, message: 'not yours' };
    environment.socket.receive(error);
    expect(faults).toEqual([{ reason: 'server-error', cause: error }]);
  });

  it('[RS8] announces another epoch once, before its data', async () => {
    const { environment, live, reconnect, updates } = nativeClient({ channels: [INBOX, 'project:p'] });
    await live(3);
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(1, false, 0, INBOX, 'e2'));
    environment.socket.receive(snapshot(1, [], 0, true, INBOX, 'e2'));
    environment.socket.receive(subscribed(1, false, 0, 'project:p', 'e2'));
    environment.socket.receive(snapshot(1, [], 0, true, 'project:p', 'e2'));
    environment.socket.receive(update(2));
    expect(kinds(updates)).toEqual(['epoch', 'subscribed', 'snapshot', 'subscribed', 'snapshot', 'events']);
    expect(updates[0]).toEqual({ type: 'epoch', epoch: 'e2' });
    expect(updates.at(-1)).toMatchObject({ position: at(2, 'e2') });
  });

  it('[RS8] hands nothing over that waited in the old epoch', async () => {
    const { environment, live, reconnect, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(5, 'of the old epoch'));
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(4, false, 0, INBOX, 'e2'));
    environment.socket.receive(snapshot(4, [], 0, true, INBOX, 'e2'));
    expect(kinds(updates)).toEqual(['epoch', 'subscribed', 'snapshot']);
  });

  it('[RS8] knows the epoch of the positions that it was given', async () => {
    const { client, environment, open, updates } = nativeClient({ positions: { [INBOX]: at(9) } });
    client.connect();
    await open();
    environment.socket.receive(subscribed(1, false, 0, INBOX, 'e2'));
    expect(kinds(updates)).toEqual(['epoch', 'subscribed']);
  });

  it('[RS8] goes back with the snapshot when its position was ahead of the head', async () => {
    const { environment, live, reconnect, updates } = nativeClient();
    await live(9);
    environment.socket.end();
    await reconnect();
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(4));
    environment.socket.receive(snapshot(4));
    environment.socket.receive(update(5));
    expect(kinds(updates)).toEqual(['subscribed', 'snapshot', 'events']);
    expect(updates.at(-1)).toMatchObject({ position: at(5) });
  });

  it('[RS9] restores every subscription after any number of failed attempts', async () => {
    const { client, environment, live, waitOut, reconnect } = nativeClient();
    await live(3);
    client.subscribeChannel('project:p', at(8));
    for (let attempt = 0; attempt < 5; attempt++) {
      environment.socket.end();
      await waitOut();
    }
    environment.socket.end();
    expect((await reconnect()).channels).toEqual([
      { channel: INBOX, position: at(3) },
      { channel: 'project:p', position: at(8) },
    ]);
  });

  it('[RS9] sends more than 32 channels after the welcome', async () => {
    const channels = Array.from({ length: 40 }, (_, index) => `project:${index}`);
    const { client, environment, open } = nativeClient({ channels });
    client.connect();
    await open();
    const [hello, ...rest] = environment.socket.messages() as [
      { channels: { channel: string }[] },
      { channel: string },
    ];
    expect(hello.channels.map(({ channel }) => channel)).toEqual(channels.slice(0, 32));
    expect(rest.map(({ channel }) => channel)).toEqual(channels.slice(32));
  });

  it('[RS9] subscribes on the open socket, once', async () => {
    const { client, environment, live } = nativeClient();
    await live();
    client.subscribeChannel('project:p');
    client.subscribeChannel('project:p', at(4));
    expect(environment.socket.messages()).toEqual([{ type: 'subscribe', channel: 'project:p' }]);
  });

  it('[RS9] keeps a position when a channel is wanted again without one', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    await live(3);
    environment.socket.end();
    client.subscribeChannel(INBOX);
    expect((await reconnect()).channels).toEqual([{ channel: INBOX, position: at(3) }]);
  });

  it('[RS9] takes positions for wanted channels that the socket does not carry', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    client.setPositions({ [INBOX]: at(3), 'project:unwanted': at(1) });
    client.connect();
    await settle();
    environment.socket.open();
    expect(environment.socket.messages()).toMatchObject([{ channels: [{ channel: INBOX, position: at(3) }] }]);
    environment.socket.receive(welcome);
    environment.socket.receive(subscribed(4, true, 1));
    environment.socket.receive(update(4));
    client.setPositions({ [INBOX]: at(99) });
    environment.socket.end();
    expect((await reconnect()).channels).toMatchObject([{ channel: INBOX, position: at(4) }]);
    expect(live).toBeDefined();
  });

  it('[RS10] fetches the whole set when it is stuck at one place twice', async () => {
    const { environment, clock, live, updates, metrics } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    clock.advance(2_000);
    environment.socket.receive(subscribed(5, true, 2));
    environment.socket.receive({ type: 'batch', events: ['unreadable', update(5)] });
    clock.advance(2_000);
    expect(environment.socket.messages()).toEqual([resubscribe(3), resubscribe()]);
    environment.socket.receive(subscribed(5));
    environment.socket.receive(snapshot(5, [task('a')]));
    environment.socket.receive(update(6));
    expect(seqs(updates)).toEqual([6]);
    expect(metrics.filter(([name]) => name === 'gap')).toEqual([
      ['gap', 1, INBOX],
      ['gap', 1, INBOX],
    ]);
  });

  it('[RS10] does not take two gaps at different places for one', async () => {
    const { environment, clock, live } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    clock.advance(2_000);
    environment.socket.receive(subscribed(5, true, 2));
    environment.socket.receive({ type: 'batch', events: [update(4), update(5)] });
    environment.socket.receive(update(7));
    clock.advance(2_000);
    expect(environment.socket.messages()).toEqual([resubscribe(3), resubscribe(5)]);
  });

  it('[RS11] asks again after 30 s without an answer or without the next page', async () => {
    const { client, environment, clock, open } = nativeClient();
    const pass = (ms: number) => {
      for (let time = 0; time < ms; time += 1_000) {
        clock.advance(1_000);
        environment.socket.receive('{"type":"pong"}');
      }
    };
    const asked = () => environment.socket.messages().filter((one) => (one as { type: string }).type === 'subscribe');
    client.connect();
    await open();
    pass(29_000);
    expect(asked()).toHaveLength(0);
    pass(1_000);
    expect(asked()).toHaveLength(1);
    environment.socket.receive(subscribed(3));
    pass(29_000);
    environment.socket.receive(snapshot(3, [], 0, false));
    pass(29_000);
    expect(asked()).toHaveLength(1);
    pass(1_000);
    expect(asked()).toHaveLength(2);
  });

  it('[RS11] is not made to hammer by a page that cannot be read', async () => {
    const { client, environment, open, updates } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(3));
    environment.socket.receive({ ...snapshot(3, [], 0, false), page: 'x' });
    environment.socket.receive(snapshot(3, [], 1, true));
    expect(environment.socket.sent).toHaveLength(1);
    expect(kinds(updates)).toEqual(['subscribed']);
  });

  it('[RS13] forgets a channel whose access was removed', async () => {
    const { client, environment, live, reconnect, updates } = nativeClient();
    await live(3);
    client.subscribeChannel('project:p');
    environment.socket.receive({
      type: 'access_removed',
      channel: INBOX,
      seq: 4,
      target: { channel: 'project:p' },
    });
    environment.socket.receive(update(1, 't', 'project:p'));
    expect(kinds(updates)).toEqual(['events']);
    environment.socket.end();
    expect((await reconnect()).channels).toMatchObject([{ channel: INBOX, position: at(4) }]);
  });

  it('[RS13] forgets a channel that is not wanted any more', async () => {
    const { client, environment, live, reconnect, updates } = nativeClient();
    await live(3);
    const undo = client.subscribeChannel('project:p');
    undo();
    undo();
    environment.socket.receive(subscribed(1, false, 0, 'project:p'));
    environment.socket.receive(snapshot(1, [], 0, true, 'project:p'));
    expect(environment.socket.messages().slice(1)).toEqual([{ type: 'unsubscribe', channel: 'project:p' }]);
    expect(updates).toEqual([]);
    environment.socket.end();
    expect((await reconnect()).channels).toHaveLength(1);
  });
});
