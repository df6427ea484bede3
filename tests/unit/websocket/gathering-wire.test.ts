import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ChannelUpdate } from '@/lib/protocol';
import { createSeededRandom } from '@/lib/testing';
import { at, INBOX, nativeClient, snapshot, subscribed, update } from './native-client';

const PROJECT = 'project:p1';

/** A client that gathers, and the turns that it waits for. */
function gatheringClient(channels = ['user:me']) {
  const turns: (() => void)[] = [];
  const bench = nativeClient({ channels, scheduleTurn: (callback) => void turns.push(callback) });
  /** Lets the turns end that are waited for now. */
  const endTurn = () => {
    for (const callback of turns.splice(0)) callback();
  };
  return { ...bench, turns, endTurn };
}

const batches = (updates: readonly ChannelUpdate[]) =>
  updates.flatMap((news) => (news.type === 'events' ? [news.events.map(({ seq }) => seq)] : []));

describe('the frames of a burst', () => {
  it('[RX43] are handed over: the first at once, what follows in the turn as one batch', async () => {
    const { environment, live, updates, messages, turns, endTurn } = gatheringClient();
    await live(3);
    for (let seq = 4; seq <= 9; seq++) environment.socket.receive(update(seq));
    expect(batches(updates)).toEqual([[4]]);
    endTurn();
    expect(batches(updates)).toEqual([[4], [5, 6, 7, 8, 9]]);
    expect(messages).toHaveLength(6);
    endTurn();
    expect(turns).toEqual([]);
    environment.socket.receive(update(10));
    expect(batches(updates).at(-1)).toEqual([10]);
  });

  it('[RX43] go on being gathered while more of them come', async () => {
    const { environment, live, updates, endTurn } = gatheringClient();
    await live(0);
    for (let seq = 1; seq <= 6; seq += 2) {
      environment.socket.receive(update(seq));
      environment.socket.receive(update(seq + 1));
      endTurn();
    }
    expect(batches(updates)).toEqual([[1], [2], [3, 4], [5, 6]]);
  });

  it('[RX43] are handed over before whatever comes after them', async () => {
    const { environment, live, updates, faults } = gatheringClient();
    await live(3);
    for (let seq = 4; seq <= 6; seq++) environment.socket.receive(update(seq));
    environment.socket.receive({ type: 'ping', timestamp: '', heads: { [INBOX]: at(6) } });
    expect(batches(updates)).toEqual([[4], [5, 6]]);
    expect(environment.socket.messages()).toContainEqual({ type: 'ack', channel: INBOX, seq: 6 });
    environment.socket.receive(update(7));
    environment.socket.receive('no JSON');
    expect(batches(updates).at(-1)).toEqual([7]);
    expect(faults).toEqual([{ reason: 'poison', cause: 'no JSON' }]);
  });

  it('[RX43] come again when the socket ends before they were handed over', async () => {
    const { environment, live, updates, endTurn, reconnect } = gatheringClient();
    await live(3);
    for (let seq = 4; seq <= 6; seq++) environment.socket.receive(update(seq));
    environment.socket.end();
    endTurn();
    expect(batches(updates)).toEqual([[4]]);
    expect((await reconnect()).channels).toMatchObject([{ position: at(4) }]);
  });

  it('[RX43] skip what can’t be read, and nothing else', async () => {
    const { environment, live, updates, faults, endTurn } = gatheringClient();
    await live(3);
    environment.socket.receive(update(4));
    environment.socket.receive(update(5));
    environment.socket.receive({ ...update(6), task: 'none' });
    environment.socket.receive(update(7));
    endTurn();
    expect(batches(updates)).toEqual([[4], [5, 7]]);
    expect(faults).toMatchObject([{ reason: 'poison' }]);
  });

  it('[RX43, RS3] are one batch however many came while the page was busy, and none of them is asked for again', async () => {
    const { environment, live, updates, endTurn } = gatheringClient();
    await live(0);
    for (let seq = 1; seq <= 1_500; seq++) environment.socket.receive(update(seq));
    endTurn();
    expect(environment.socket.sent).toEqual([]);
    expect(batches(updates).map((seqs) => seqs.length)).toEqual([1, 1_499]);
  });

  it('[RX43, CS7] leave what came after them unheard where a listener of theirs gives the socket up', async () => {
    const { client, environment, live, updates, faults, endTurn } = gatheringClient(['user:me', PROJECT]);
    await live(0);
    environment.socket.receive(subscribed(0, false, 0, PROJECT));
    environment.socket.receive(snapshot(0, [], 0, true, PROJECT));
    const old = environment.socket;
    client.addChannelListener((news) => {
      if (news.type === 'events' && news.position.seq === 3) client.disconnect();
    });
    for (let seq = 1; seq <= 3; seq++) old.receive(update(seq));
    old.receive({ type: 'ping', timestamp: '', heads: { [INBOX]: at(3) } });
    endTurn();
    expect(faults).toEqual([]);
    client.connect();
    for (let seq = 1; seq <= 2; seq++) old.receive(update(seq, `p${seq}`, PROJECT));
    endTurn();
    expect(batches(updates)).toEqual([[1], [2, 3]]);
  });

  it('[RX43] leave other frames parsed once', async () => {
    const { environment, live } = gatheringClient();
    await live(0);
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    const text = JSON.stringify({ type: 'batch', events: [update(1), update(2)] });
    environment.socket.receive(text);
    expect(parse.mock.calls.filter(([given]) => given === text)).toHaveLength(1);
  });

  it('[RX43] of several channels keep their order, whatever the turns and the rest of the talk', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createSeededRandom(seed);
      const { environment, live, updates, endTurn } = gatheringClient(['user:me', PROJECT]);
      await live(0);
      environment.socket.receive(subscribed(0, false, 0, PROJECT));
      environment.socket.receive(snapshot(0, [], 0, true, PROJECT));
      const sent: string[] = [];
      const seqs = new Map([
        [INBOX, 0],
        [PROJECT, 0],
      ]);
      for (let step = 0; step < 40; step++) {
        const choice = random();
        if (choice < 0.2) endTurn();
        else if (choice < 0.3) environment.socket.receive({ type: 'ping', timestamp: '', heads: {} });
        else {
          const channel = random() < 0.6 ? INBOX : PROJECT;
          const seq = (seqs.get(channel) ?? 0) + 1;
          seqs.set(channel, seq);
          sent.push(`${channel} ${seq}`);
          environment.socket.receive(update(seq, `t${seq}`, channel));
        }
      }
      endTurn();
      const heard = updates.flatMap((news) =>
        news.type === 'events' ? news.events.map(({ channel, seq }) => `${channel} ${seq}`) : [],
      );
      expect(heard, `seed ${seed}`).toEqual(sent);
    }
  });
});
