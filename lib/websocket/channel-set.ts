import type { Undo } from '@/lib/protocol/connection-source';
import type { ChannelRequest, ClientMessage } from '@/lib/protocol/native/client-message';
import {
  isSequencedMessage,
  type SequencedMessage,
  type SnapshotPage,
  type Subscribed,
} from '@/lib/protocol/native/server-message';
import { isPosition, type Position } from '@/lib/protocol/position';
import { isCount, isRecord, isTask, type Task } from '@/lib/protocol/task';
import { ChannelCursor, type CursorHost } from './channel-cursor';
import type { Link } from './link';
import type { WireHost } from './wire';

/** The channels that the application wants, over any number of sockets ([RS9]). */
export class ChannelSet<T extends Task = Task> {
  readonly #cursors = new Map<string, ChannelCursor<T>>();
  readonly #host: WireHost<T>;
  readonly #send: (message: ClientMessage) => void;
  readonly #cursorHost: CursorHost<T>;
  #link: Link | undefined;
  #epoch: string | undefined;

  /** @param send Sends on the socket that `open` was last called for. */
  constructor(host: WireHost<T>, send: (message: ClientMessage) => void) {
    this.#host = host;
    this.#send = send;
    this.#cursorHost = {
      metric: host.metric,
      publish: (update) => {
        host.publish(update);
        if (update.type !== 'events') return;
        for (const event of update.events) {
          if (event.type === 'access_removed' && 'channel' in event.target) this.#forget(event.target.channel);
        }
      },
      resubscribe: (cursor) => this.#subscribe(cursor),
      caughtUp: () => {
        if ([...this.#cursors.values()].every((cursor) => cursor.current)) host.synced();
      },
    };
  }

  /** Wants a channel. `position` counts unless this socket carries the channel already. */
  add(channel: string, position?: Position): Undo {
    let cursor = this.#cursors.get(channel);
    if (!cursor) {
      cursor = new ChannelCursor<T>(channel, this.#cursorHost);
      this.#cursors.set(channel, cursor);
    }
    if (cursor.off) {
      if (position) cursor.position = position;
      this.#subscribe(cursor);
    }
    return () => this.remove(channel);
  }

  /** Sets where the caller stands in a wanted channel, unless this socket carries it already. */
  place(channel: string, position: Position): void {
    const cursor = this.#cursors.get(channel);
    if (cursor?.off) cursor.position = position;
  }

  /** Does not want a channel any more and forgets where it stood. */
  remove(channel: string): void {
    if (this.#forget(channel) && this.#link) this.#send({ type: 'unsubscribe', channel });
  }

  /** Where the client stands, channel by channel. */
  positions(): Map<string, Position> {
    const known = new Map<string, Position>();
    for (const { channel, position } of this.#cursors.values()) if (position) known.set(channel, position);
    return known;
  }

  /** The first requests of a new socket, for `hello`; the rest goes by `open`. */
  greet(link: Link, limit: number): ChannelRequest[] {
    return [...this.#cursors.values()].slice(0, limit).map((cursor) => cursor.ask(link));
  }

  /** The server takes `subscribe` from now on. */
  open(link: Link): void {
    this.#link = link;
    for (const cursor of this.#cursors.values()) if (cursor.off) this.#subscribe(cursor);
  }

  /** The socket is gone; the positions stay. */
  close(): void {
    this.#link = undefined;
    for (const cursor of this.#cursors.values()) cursor.stop();
  }

  subscribed(answer: Subscribed): void {
    const { epoch } = answer.position;
    const known = this.#epoch ?? this.#cursors.get(answer.channel)?.position?.epoch ?? epoch;
    this.#epoch = epoch;
    if (known !== epoch) this.#host.publish({ type: 'epoch', epoch });
    this.#cursors.get(answer.channel)?.subscribed(answer);
  }

  snapshot(page: SnapshotPage<T>): void {
    const tasks = page.tasks.filter((task) => isTask(task) || this.#host.poison('a snapshot with a bad task', task));
    this.#cursors.get(page.channel)?.snapshot({ ...page, tasks });
  }

  /** Takes the events of one frame, all of one channel; bad ones are skipped without stopping the sequence ([RS7]). */
  take(items: readonly unknown[]): void {
    const whole = items.flatMap((item) => this.#whole(item) ?? []);
    this.#cursors.get(whole[0]?.channel ?? '')?.take(whole);
  }

  /** Compares with where the server stands ([RS5]). */
  heads(heads: Readonly<Record<string, unknown>>): void {
    for (const [channel, head] of Object.entries(heads)) {
      if (isPosition(head)) this.#cursors.get(channel)?.head(head);
    }
  }

  /** Tells the server, once per heartbeat, how far this reader has come. */
  acknowledge(): void {
    for (const cursor of this.#cursors.values()) {
      const { channel, seq } = cursor;
      if (seq !== cursor.acked) this.#send({ type: 'ack', channel, seq });
      cursor.acked = seq;
    }
  }

  #subscribe(cursor: ChannelCursor<T>): void {
    if (this.#link) this.#send({ type: 'subscribe', ...cursor.ask(this.#link) });
  }

  #forget(channel: string): boolean {
    this.#cursors.get(channel)?.stop();
    return this.#cursors.delete(channel);
  }

  #whole(item: unknown): SequencedMessage<T> | undefined {
    if (isSequencedMessage(item)) return item as SequencedMessage<T>;
    this.#host.poison('a bad event', item);
    if (!isRecord(item) || typeof item.channel !== 'string' || !isCount(item.seq)) return undefined;
    return { type: 'skip', channel: item.channel, seq: item.seq };
  }
}
