import type { Undo } from '@/lib/protocol/connection-source';
import type { SequencedMessage, SnapshotPage, Subscribed } from '@/lib/protocol/native/server-message';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';
import type { Link } from './link';
import type { WireHost } from './wire';

/** How long a gap, or a head that was not reached, is waited for before the channel is subscribed to anew. */
export const GAP_MS = 2_000;

/** How long an answer to `subscribe`, or the next page of a snapshot, is waited for. */
export const STALL_MS = 30_000;

/** Events kept behind a gap; more of them start the channel anew at once. */
export const MAX_EARLY_EVENTS = 1_000;

/** What a cursor needs beyond its host. */
export interface CursorHost<T extends Task> extends Pick<WireHost<T>, 'publish' | 'metric'> {
  /** Subscribes this channel again on the open socket. */
  resubscribe(cursor: ChannelCursor<T>): void;
  /** This cursor has all its data now. */
  caughtUp(): void;
}

/**
 * Where the client stands in one channel ([RS1] to [RS8]). A position is adopted only after the data that leads to it was
 * handed over; what was seen already is ignored, and what is missing is asked for again.
 */
export class ChannelCursor<T extends Task = Task> {
  /** The last place whose data was handed over; `undefined` before the first. */
  position: Position | undefined;
  /** The sequence number that the server knows to be ours. */
  acked = 0;

  #phase: 'off' | 'asked' | 'snapshot' | 'live' = 'off';
  #link: Link | undefined;
  #cancel: Undo = () => {};
  #waiting = false;
  #promised = 0;
  #gapAt = -1;
  #page = 0;
  #tasks: T[] = [];
  readonly #early = new Map<number, SequencedMessage<T>>();

  constructor(
    readonly channel: string,
    readonly host: CursorHost<T>,
  ) {}

  /** Has this socket not been asked for the channel yet? */
  get off(): boolean {
    return this.#phase === 'off';
  }

  /** Is everything here that the server promised? */
  get current(): boolean {
    return this.#phase === 'live' && this.seq >= this.#promised;
  }

  /** The number of the last event handed over, 0 before the first. */
  get seq(): number {
    return this.position?.seq ?? 0;
  }

  /** Begins (anew) on a socket; the caller sends the request that is returned. */
  ask(link: Link): { channel: string; position?: Position } {
    this.stop();
    this.#link = link;
    this.#phase = 'asked';
    this.#watch(STALL_MS, () => true);
    const { channel, position } = this;
    return position ? { channel, position } : { channel };
  }

  /** Forgets what belonged to a socket; the position stays. */
  stop(): void {
    this.#phase = 'off';
    this.#cancel();
    this.#waiting = false;
    this.#early.clear();
    this.#tasks = [];
    this.#page = 0;
  }

  /** The server's answer. */
  subscribed(answer: Subscribed): void {
    if (this.off) return;
    const { channel, position, recovered, replayed, source } = answer;
    this.#cancel();
    this.#waiting = false;
    this.#promised = position.seq;
    this.host.metric('replayed', replayed, channel);
    this.host.publish({ type: 'subscribed', channel, position, recovered, replayed, ...(source && { source }) });
    if (this.off) return;
    if (recovered && this.position) {
      this.#phase = 'live';
      this.#expect(position.seq);
    } else if (source) {
      this.#phase = 'live';
      this.position = position;
    } else {
      this.#phase = 'snapshot';
      this.#watch(STALL_MS, () => true);
    }
    if (this.current) this.host.caughtUp();
  }

  /** A page of the whole set; handed over when the last one is here. */
  snapshot({ channel, position, tasks, page, last }: SnapshotPage<T>): void {
    if (this.#phase !== 'snapshot') return;
    if (page !== this.#page) {
      this.host.resubscribe(this);
      return;
    }
    this.#tasks.push(...tasks);
    this.#page++;
    this.#cancel();
    if (!last) {
      this.#watch(STALL_MS, () => true);
      return;
    }
    const whole = this.#tasks;
    this.#tasks = [];
    this.#phase = 'live';
    this.#waiting = false;
    this.#gapAt = -1;
    this.host.publish({ type: 'snapshot', channel, position, tasks: whole });
    this.position = position;
    for (const old of this.#early.keys()) if (old <= position.seq) this.#early.delete(old);
    this.take([]);
    if (this.current) this.host.caughtUp();
  }

  /** Events in the order of arrival, from one frame. */
  take(items: readonly SequencedMessage<T>[]): void {
    if (this.#phase !== 'live' && this.#phase !== 'snapshot') return;
    for (const item of items) if (item.seq > this.seq || this.#phase === 'snapshot') this.#early.set(item.seq, item);
    if (this.#phase === 'live' && this.position) this.#advance(this.position);
    if (this.#early.size > MAX_EARLY_EVENTS) this.#restart();
    else if (this.#early.size > 0 && this.#phase === 'live') this.#expect(this.seq + 1);
  }

  #advance(before: Position): void {
    const behind = !this.current;
    const run: Exclude<SequencedMessage<T>, { type: 'skip' }>[] = [];
    let { seq, eventId } = before;
    for (let next = this.#early.get(seq + 1); next; next = this.#early.get(seq + 1)) {
      this.#early.delete(++seq);
      eventId = 'eventId' in next ? next.eventId : undefined;
      if (next.type !== 'skip') run.push(next);
    }
    if (seq === before.seq) return;
    const position = { epoch: before.epoch, seq, ...(eventId !== undefined && { eventId }) };
    this.host.publish({ type: 'events', channel: this.channel, position, events: run });
    if (this.position === before) this.position = position;
    if (behind && this.current) this.host.caughtUp();
  }

  /** Where the server says that the channel stands ([RS5]). */
  head(head: Position): void {
    if (this.#phase !== 'live') return;
    if (head.epoch !== this.position?.epoch) this.host.resubscribe(this);
    else this.#expect(head.seq);
  }

  #expect(goal: number): void {
    if (this.#waiting || this.seq >= goal) return;
    const start = this.seq;
    this.#watch(GAP_MS, () => {
      if (this.seq >= goal) {
        this.take([]);
        return false;
      }
      // A long replay that still flows is no gap.
      const flows = this.seq > start && this.seq < this.#promised && this.#early.size === 0;
      if (flows) this.#expect(this.#promised);
      return !flows;
    });
  }

  #watch(ms: number, isStuck: () => boolean): void {
    this.#waiting = true;
    this.#cancel =
      this.#link?.after(ms, () => {
        this.#waiting = false;
        if (isStuck()) this.#restart();
      }) ?? this.#cancel;
  }

  #restart(): void {
    if (this.#phase === 'live') {
      this.host.metric('gap', 1, this.channel);
      // The same gap twice: what is missing cannot be read, so only the whole set helps.
      if (this.#gapAt === this.seq) this.position = undefined;
      this.#gapAt = this.seq;
    }
    this.host.resubscribe(this);
  }
}
