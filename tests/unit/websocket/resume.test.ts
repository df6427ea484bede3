import { describe, expect, it } from 'vitest';
import { at, INBOX, nativeClient, snapshot, subscribed, update } from './native-client';

describe('resume', () => {
  it('[RS1] adopts a position only after the listeners have its data', async () => {
    const { client, environment, live, reconnect } = nativeClient();
    await live(3);
    const undo = client.addChannelListener((news) => news.type === 'events' && environment.socket.end());
    environment.socket.receive(update(4));
    undo();
    expect((await reconnect()).channels).toEqual([{ channel: INBOX, position: { ...at(4), eventId: 'e4' } }]);
  });

  it('[RS9] says hello with the position of every channel after a loss', async () => {
    const { environment, clock, live, open, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(4));
    environment.socket.end(1006);
    clock.advance(1_000);
    await open();
    expect(environment.sockets).toHaveLength(2);
    expect(environment.socket.messages()[0]).toEqual({
      type: 'hello',
      token: 'token-1',
      clientId: 'c1',
      channels: [{ channel: INBOX, position: { epoch: 'e1', seq: 4, eventId: 'e4' } }],
    });
    updates.length = 0;
    environment.socket.receive(subscribed(6, true, 2));
    environment.socket.receive({ type: 'batch', events: [update(5), update(6)] });
    expect(updates).toEqual([
      { type: 'subscribed', channel: INBOX, position: at(6), recovered: true, replayed: 2 },
      { type: 'events', channel: INBOX, position: { ...at(6), eventId: 'e6' }, events: [update(5), update(6)] },
    ]);
  });

  it('[RS2] ignores what it has seen already', async () => {
    const { environment, live, updates, messages } = nativeClient();
    await live(3);
    environment.socket.receive(update(3));
    environment.socket.receive(update(4));
    environment.socket.receive(update(4));
    expect(updates).toHaveLength(1);
    expect(messages).toEqual([update(4)]);
  });

  it('[RS3] keeps what comes behind a gap for two seconds and then subscribes anew', async () => {
    const { environment, clock, live, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    clock.advance(1_999);
    expect(environment.socket.sent).toEqual([]);
    clock.advance(1);
    expect(environment.socket.messages()).toEqual([{ type: 'subscribe', channel: INBOX, position: at(3) }]);
    expect(updates).toEqual([]);
  });

  it('[RS3] hands over what waited when the gap fills in time', async () => {
    const { environment, clock, live, updates } = nativeClient();
    await live(3);
    environment.socket.receive(update(5));
    environment.socket.receive(update(4));
    clock.advance(3_000);
    expect(environment.socket.sent).toEqual([]);
    expect(updates).toMatchObject([{ type: 'events', position: at(5), events: [update(4), update(5)] }]);
  });

  it('[RS4] hands a snapshot over when its last page is here', async () => {
    const { client, environment, open, updates } = nativeClient();
    client.connect();
    await open();
    environment.socket.receive(subscribed(7));
    environment.socket.receive(snapshot(7, [], 0, false));
    environment.socket.receive(snapshot(7, [], 1, true));
    environment.socket.receive(update(8));
    expect(updates.map(({ type }) => type)).toEqual(['subscribed', 'snapshot', 'events']);
  });
});
