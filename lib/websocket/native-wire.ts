import type { ClientMessage } from '@/lib/protocol/native/client-message';
import {
  isSequencedMessage,
  isServerMessage,
  type SequencedMessage,
  type ServerMessage,
} from '@/lib/protocol/native/server-message';
import { MAX_HELLO_CHANNELS, SUBPROTOCOL } from '@/lib/protocol/native/version';
import { isPosition, type Position } from '@/lib/protocol/position';
import { isCount, isRecord, isTask, type Task } from '@/lib/protocol/task';
import { type ChannelCursor, type CursorHost, createCursor } from './channel-cursor';
import { createHeartbeat, type Heartbeat } from './heartbeat';
import type { Link } from './link';
import { createTokenRefresh, type TokenRefresh } from './token-refresh';
import type { TokenSource } from './token-source';
import type { Wire, WireHost } from './wire';

/** The native protocol as the client uses it: a wire that also carries channels. */
export interface NativeWire extends Wire {
  /** Wants a channel. `position` counts unless the socket carries the channel already. */
  add(channel: string, position?: Position): void;
  /** Sets where the caller stands in a wanted channel, unless the socket carries it already. */
  place(channel: string, position: Position): void;
  /** Does not want a channel any more and forgets where it stood. */
  remove(channel: string): void;
  /** Where the client stands, channel by channel. */
  positions(): Map<string, Position>;
}

/** Makes the native protocol `taskwire.v1`: says hello, keeps a cursor per channel, answers the server's heartbeat. */
export function createNativeWire<T extends Task>(
  url: string,
  clientId: string,
  tokens: TokenSource,
  host: WireHost<T>,
): NativeWire {
  const cursors = new Map<string, ChannelCursor<T>>();
  let link: Link | undefined;
  let isWelcome = false;
  let heartbeat: Heartbeat | undefined;
  let refresh: TokenRefresh | undefined;
  let epoch: string | undefined;

  const send = (message: ClientMessage) => host.send(JSON.stringify(message));

  const subscribe = (cursor: ChannelCursor<T>) => {
    if (link && isWelcome) send({ type: 'subscribe', ...cursor.ask(link) });
  };

  const forget = (channel: string) => {
    cursors.get(channel)?.stop();
    return cursors.delete(channel);
  };

  const cursorHost: CursorHost<T> = {
    publish(update) {
      host.publish(update);
      if (update.type !== 'events') return;
      for (const event of update.events) {
        if (event.type === 'access_removed' && 'channel' in event.target) forget(event.target.channel);
      }
    },
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
      host.fault('a bad event', item, 'poison');
      return isRecord(item) && isCount(item.seq) ? [{ type: 'skip', channel: `${item.channel}`, seq: item.seq }] : [];
    });
    if (whole[0]) cursors.get(whole[0].channel)?.take(whole);
  };

  const take = (message: ServerMessage<T>) => {
    switch (message.type) {
      case 'welcome':
        refresh?.accepted(message.expiresAt, message.serverTime);
        isWelcome = true;
        host.acknowledged();
        for (const cursor of cursors.values()) if (cursor.isOff()) subscribe(cursor);
        break;
      case 'subscribed': {
        const { channel, position, replayed } = message;
        const cursor = cursors.get(channel);
        const known = epoch ?? cursor?.position?.epoch;
        epoch = position.epoch;
        if (known && known !== epoch) host.publish({ type: 'epoch', epoch });
        host.metric('replayed', replayed, channel);
        cursor?.subscribed(message);
        break;
      }
      case 'snapshot': {
        const tasks = message.tasks.filter((task) => isTask(task) || host.fault('a bad task', task, 'poison'));
        cursors.get(message.channel)?.snapshot({ ...message, tasks });
        break;
      }
      case 'batch':
        takeEvents(message.events);
        break;
      case 'ping':
        send({ type: 'pong' });
        for (const cursor of cursors.values()) {
          const { channel, position, acked } = cursor;
          if (!position || position.seq === acked) continue;
          cursor.acked = position.seq;
          send({ type: 'ack', channel, seq: position.seq });
        }
        for (const [channel, head] of Object.entries(message.heads ?? {})) {
          if (isPosition(head)) cursors.get(channel)?.head(head);
        }
        break;
      case 'auth_ok':
        refresh?.accepted(message.expiresAt);
        break;
      case 'auth_expiring':
        refresh?.renew();
        break;
      case 'error':
        host.fault(`The server reports ${message.code}: ${message.message}`, message);
    }
  };

  return {
    url,
    protocols: [SUBPROTOCOL],
    tokens,
    open(newLink, token) {
      link = newLink;
      refresh = createTokenRefresh(link, host.environment, tokens, (fresh) => send({ type: 'auth', token: fresh }));
      heartbeat = createHeartbeat(link, host, () => send({ type: 'ping' }));
      const channels = [...cursors.values()].slice(0, MAX_HELLO_CHANNELS).map((cursor) => cursor.ask(newLink));
      send({ type: 'hello', token, clientId, channels });
    },
    close() {
      isWelcome = false;
      for (const cursor of cursors.values()) cursor.stop();
    },
    wake: () => heartbeat?.probe(),
    receive(text) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        // Stays `undefined`, which is no message either.
      }
      heartbeat?.heard();
      if (isRecord(value) && 'seq' in value) takeEvents([value]);
      else if (isServerMessage(value)) take(value as ServerMessage<T>);
      else host.fault('not a message of this protocol', text, 'poison');
    },
    add(channel, position) {
      const cursor = cursors.get(channel) ?? createCursor<T>(channel, cursorHost);
      cursors.set(channel, cursor);
      if (!cursor.isOff()) return;
      if (position) cursor.position = position;
      subscribe(cursor);
    },
    place(channel, position) {
      const cursor = cursors.get(channel);
      if (cursor?.isOff()) cursor.position = position;
    },
    remove(channel) {
      if (forget(channel) && isWelcome) send({ type: 'unsubscribe', channel });
    },
    positions() {
      const known = new Map<string, Position>();
      for (const { channel, position } of cursors.values()) if (position) known.set(channel, position);
      return known;
    },
  };
}
