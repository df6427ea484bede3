import { OWN_INBOX, userChannel } from '@/lib/protocol/channel';
import type { ClientMessage } from '@/lib/protocol/native/client-message';
import { isSequenced, isSequencedMessage } from '@/lib/protocol/native/is-sequenced-message';
import type { SequencedMessage } from '@/lib/protocol/native/server-message';
import { isUnsequencedMessage, type UnsequencedMessage } from '@/lib/protocol/native/unsequenced-message';
import { MAX_HELLO_CHANNELS, SUBPROTOCOL } from '@/lib/protocol/native/version';
import { isPosition, type Position } from '@/lib/protocol/position';
import { isTask, isText, type Task } from '@/lib/protocol/task';
import { type ChannelCursor, type CursorHost, createCursor } from './channel-cursor';
import type { NativeOptions } from './client-options';
import type { MessageWire } from './gathering-wire';
import { createHeartbeat, type Heartbeat } from './heartbeat';
import type { Link } from './link';
import { createTokenRefresh, type TokenRefresh } from './token-refresh';
import { createTokenSource } from './token-source';
import type { WireHost } from './wire';

/** What the server may say, each with what it does. */
type Handlers = {
  [K in UnsequencedMessage['type']]?: (message: Extract<UnsequencedMessage, { type: K }>) => void;
};

/** Makes the native protocol `taskwire.v1`: says hello, keeps a cursor per channel, answers the server's heartbeat. */
export function createNativeWire<T extends Task>(
  url: string,
  userId: string,
  options: Omit<NativeOptions, 'wire'>,
  host: WireHost<T>,
): MessageWire {
  const { environment, publish, fault } = host;
  const { positions = {}, clientId = environment.random().toString(36).slice(2) } = options;
  const tokens = createTokenSource(options.getToken);
  const cursors = new Map<string | undefined, ChannelCursor<T>>();
  let link: Link;
  let isWelcome = false;
  let heartbeat: Heartbeat;
  let refresh: TokenRefresh;
  let epoch: string | undefined;

  // The type alone: a report must not hold a token.
  const send = (message: ClientMessage) => host.send(JSON.stringify(message)) || fault('refused', message.type);

  const subscribe = (cursor: ChannelCursor<T>) => {
    if (isWelcome) send({ type: 'subscribe', ...cursor.ask() });
  };

  const forget = (channel: string) => {
    cursors.get(channel)?.stop();
    return cursors.delete(channel);
  };

  const cursorHost: CursorHost<T> = {
    publish(update) {
      publish(update);
      if (update.type !== 'events') return;
      for (const event of update.events) {
        if (event.type === 'access_removed' && 'channel' in event.target) forget(event.target.channel);
      }
    },
    after: (ms, run) => link.after(ms, run),
    again(cursor, isGap) {
      if (isGap) host.metric('gap', 1, cursor.channel);
      subscribe(cursor);
    },
    caughtUp() {
      if ([...cursors.values()].every((cursor) => cursor.isCurrent())) host.synced();
    },
  };

  /** Takes the events of one frame, all of one channel; a bad one is skipped without stopping the sequence ([RS7]). */
  const takeEvents = (items: readonly unknown[]) => {
    const whole = items.flatMap((item): SequencedMessage<T>[] => {
      if (isSequencedMessage(item)) return [item as SequencedMessage<T>];
      fault('poison', item);
      return isSequenced(item) ? [{ ...item, type: 'skip' }] : [];
    });
    cursors.get(whole[0]?.channel)?.take(whole);
  };

  const handlers: Handlers = {
    welcome({ expiresAt, serverTime }) {
      refresh.accepted(expiresAt, serverTime);
      isWelcome = true;
      host.acknowledged();
      for (const cursor of cursors.values()) if (cursor.isOff()) subscribe(cursor);
    },
    subscribed(answer) {
      const cursor = cursors.get(answer.channel);
      const known = epoch ?? cursor?.position?.epoch;
      epoch = answer.position.epoch;
      if (known && known !== epoch) publish({ type: 'epoch', epoch });
      host.metric('replayed', answer.replayed, answer.channel);
      cursor?.subscribed(answer);
    },
    snapshot(page) {
      const tasks = page.tasks.filter((task): task is T => isTask(task) || fault('poison', task));
      cursors.get(page.channel)?.snapshot({ ...page, tasks });
    },
    batch({ events }) {
      takeEvents(events);
    },
    ping({ heads }) {
      send({ type: 'pong' });
      for (const [channel, head] of Object.entries<unknown>(Object(heads))) {
        const cursor = cursors.get(channel);
        const seq = cursor?.position?.seq;
        if (cursor && seq && seq !== cursor.acked) {
          cursor.acked = seq;
          send({ type: 'ack', channel, seq });
        }
        if (isPosition(head)) cursor?.head(head);
      }
    },
    auth_ok({ expiresAt }) {
      refresh.accepted(expiresAt);
    },
    auth_expiring() {
      refresh.renew();
    },
    error(message) {
      fault('server-error', message);
    },
  };

  const add = (channel: string, position?: Position) => {
    const name = channel === OWN_INBOX ? userChannel(userId) : channel;
    const cursor = cursors.get(name) ?? createCursor<T>(name, cursorHost);
    cursors.set(name, cursor);
    if (cursor.isOff()) {
      cursor.position = position ?? cursor.position;
      subscribe(cursor);
    }
    return () => remove(name);
  };

  const remove = (channel: string) => {
    if (forget(channel) && isWelcome) send({ type: 'unsubscribe', channel });
  };

  const place = (positions: Readonly<Record<string, Position>>) => {
    for (const [channel, position] of Object.entries(positions)) if (cursors.has(channel)) add(channel, position);
  };

  for (const channel of options.channels) add(channel);
  place(positions);

  return {
    url,
    protocols: [SUBPROTOCOL],
    tokens,
    open(newLink, token) {
      link = newLink;
      refresh = createTokenRefresh(link, environment, tokens, (fresh) => send({ type: 'auth', token: fresh }));
      heartbeat = createHeartbeat(link, host, () => send({ type: 'ping' }));
      const channels = [...cursors.values()].slice(0, MAX_HELLO_CHANNELS).map((cursor) => cursor.ask());
      send({ type: 'hello', token, clientId, channels });
    },
    close() {
      isWelcome = false;
      for (const cursor of cursors.values()) cursor.stop();
    },
    wake: () => heartbeat.probe(),
    receive(message) {
      try {
        if (isText(message)) message = JSON.parse(message);
      } catch {
        // Stays a text, which is no message either.
      }
      heartbeat.heard();
      if (isUnsequencedMessage(message))
        (handlers[message.type] as ((message: UnsequencedMessage) => void) | undefined)?.(message);
      else takeEvents([message]);
    },
    add,
    place,
    remove,
  };
}
