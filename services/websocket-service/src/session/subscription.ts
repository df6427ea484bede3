import type { Channel, Position } from '@/lib/protocol';
import type { ChannelReader, Opening } from '@/ports/channel-reader';
import type { Undo } from '@/ports/clock';
import type { EncodeEvents, EventBatch, Place } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import type { PeerSocket } from '@/ports/peer-socket';
import type { AlikeSubscriber, LivePlace } from '@/ports/subscriber';
import { skipOf, withdrawnTaskOf } from '@/ports/withdrawn-events';
import { LatestEvents } from './latest-events';

/**
 * Events read from the log, and held for a reader that does not drain, at a time: a read ends at 512 KiB anyway ([LG35]). A
 * log under load answers once a group of writes: only reads of more than a group ever come to its head ([SV148]).
 */
const READ_EVENTS = 512;

/** What is encoded of them at a time, less where that makes several frames. */
const ENCODE_CHARS = 128 * 1024;

/**
 * The seq at which tasks were last withdrawn while a subscription recovers: what was read of them before must not go out
 * any more ([SV63]).
 */
export type Withdrawn = ReadonlyMap<string, number>;

function nothing(): void {}

/** What a subscription works with. */
export interface SubscriptionContext {
  readonly epoch: string;
  readonly reader: ChannelReader;
  readonly outbound: PeerSocket;
  /** Writes live and replayed events. */
  readonly encode: EncodeEvents;
  /** Writes what announces a start: `subscribed`, and the pages of a snapshot, without the tasks that are withdrawn after it. */
  readonly encodeOpening: (channel: Channel, opening: Opening, withdrawn: Withdrawn) => Iterable<string>;
  /** The subscription has to read from the log: call {@link Subscription.recover} when it is its turn. */
  readonly onBehind: (subscription: Subscription) => void;
}

/**
 * One channel of one session. It hears the hub from the start, but while it *recovers* it notes how far the channel has
 * come, keeps the latest of it and reads the log, until it has sent everything that was announced; in that very turn it
 * goes *live*. So nothing falls between history and live, little waits in memory for a slow reader ([SV16]), and the last
 * step needs no read, during which the channel would move on ([SV148]).
 */
export class Subscription implements AlikeSubscriber {
  livePlaceIndex = -1;
  #phase: 'recovering' | 'live' | 'ended' = 'recovering';
  #isOpened = false;
  /** Was something committed that it did not hear? What was read before may be withdrawn since ([SV157]). */
  #isUnsure = false;
  /** Where the reader stands by itself. */
  #sent: Place = { seq: 0 };
  /** Where it stands with others, while it does. */
  #livePlace: LivePlace | undefined;
  /** The last seq that the hub announced. */
  #announced = 0;
  /** There only while it recovers: most subscriptions are live most of the time. */
  #withdrawn: Map<string, number> | undefined;
  #latest: LatestEvents | undefined;
  /** Gives back what the opening holds for this reader. */
  #release: Undo = nothing;

  constructor(
    readonly channel: Channel,
    private readonly position: Position | undefined,
    private readonly context: SubscriptionContext,
  ) {}

  /** Where the reader of a live subscription stands; `undefined` while it recovers. */
  get head(): Position | undefined {
    return this.#phase === 'live' ? { epoch: this.context.epoch, ...this.#place } : undefined;
  }

  /** The last seq that its reader was sent; 0 before the first. */
  get sentSeq(): number {
    return this.#place.seq;
  }

  get hears(): 'alike' {
    return 'alike';
  }

  get encode(): EncodeEvents {
    return this.context.encode;
  }

  get outbound(): PeerSocket {
    return this.context.outbound;
  }

  get readyAt(): Place | undefined {
    return this.#phase === 'live' && this.#livePlace === undefined ? this.#sent : undefined;
  }

  get #place(): Place {
    return this.#livePlace?.end ?? this.#sent;
  }

  join(place: LivePlace): void {
    this.#livePlace = place;
  }

  leave(): void {
    this.#sent = this.#place;
    this.#announced = Math.max(this.#announced, this.#sent.seq);
    this.#livePlace = undefined;
  }

  receive(batch: EventBatch): void {
    this.#announced = Math.max(this.#announced, batch.lastSeq);
    if (this.#phase === 'recovering') this.#note(batch.events);
    if (this.#phase !== 'live' || batch.lastSeq <= this.#sent.seq) return;
    // What can't be encoded fails where the log is read: that ends this session and nobody else's ([SV156]).
    const frames = batch.firstSeq === this.#sent.seq + 1 ? batch.triedBy(this.context.encode) : undefined;
    if (frames === undefined) {
      this.#fallBehind();
      return;
    }
    for (const frame of frames) this.context.outbound.push(frame);
    this.#sent = batch.end;
  }

  notice(seq: number): void {
    if (seq > this.#announced) {
      this.#isUnsure = true;
      this.#latest = undefined;
    }
    this.#announced = Math.max(this.#announced, seq);
    if (this.#phase === 'live' && seq > this.#sent.seq) this.#fallBehind();
  }

  /** Brings the reader to the head and makes it live. Resolves then, or when the subscription or its socket ended. */
  async recover(): Promise<void> {
    try {
      if (this.#isOpened || (await this.#open(this.position))) await this.#catchUp();
    } finally {
      this.#release();
      this.#release = nothing;
    }
  }

  /** No frame is sent for this subscription after it. */
  end(): void {
    this.#phase = 'ended';
    this.#livePlace?.remove(this);
  }

  #fallBehind(): void {
    this.#phase = 'recovering';
    this.context.onBehind(this);
  }

  async #catchUp(): Promise<void> {
    while (this.#phase === 'recovering') {
      if (this.#sent.seq >= this.#announced) {
        this.#phase = 'live';
        this.#withdrawn = undefined;
        this.#latest = undefined;
        return;
      }
      if (!(await this.#readOn())) return;
    }
  }

  async #open(position: Position | undefined): Promise<boolean> {
    const { reader, outbound, encodeOpening } = this.context;
    const opening = await reader.open(this.channel, position, () => this.#phase !== 'ended' && outbound.isOpen);
    if (opening === undefined) return false;
    this.#release = opening.release;
    for (const frame of encodeOpening(this.channel, opening, this.#withdrawnTasks())) {
      if (!(await this.#pull(frame))) return false;
    }
    if (!opening.recovered) opening.release();
    this.#isOpened = true;
    this.#announced = Math.max(this.#announced, opening.position.seq);
    this.#sent = opening.recovered && position !== undefined ? position : opening.position;
    return true;
  }

  async #readOn(): Promise<boolean> {
    const { seq } = this.#sent;
    this.#isUnsure = false;
    const events = this.#latest?.after(seq) ?? (await this.context.reader.read(this.channel, seq, READ_EVENTS));
    // Trimmed while the reader was on its way: a partial recovery is never sent, so it starts again with a snapshot.
    if (events[0]?.seq !== seq + 1) return this.#open(undefined);
    for (let rest = events; rest.length > 0 && !this.#isUnsure; ) {
      const { frames, count } = this.#encodeSome(rest);
      for (const frame of frames) if (!(await this.#pull(frame))) return false;
      this.#standAfter(rest.slice(0, count));
      rest = rest.slice(count);
    }
    return true;
  }

  /** What the first events, as many as one frame takes, are now: what waits behind a frame is not encoded yet ([SV63]). */
  #encodeSome(events: readonly LoggedEvent[]): { readonly frames: readonly string[]; readonly count: number } {
    let part = firstOf(events);
    for (;;) {
      const frames = this.context.encode(part.map((event) => this.#veiled(event)));
      if (frames.length <= 1 || part.length === 1) return { frames, count: part.length };
      part = part.slice(0, Math.ceil(part.length / frames.length));
    }
  }

  #withdrawnTasks(): Map<string, number> {
    this.#withdrawn ??= new Map();
    return this.#withdrawn;
  }

  #note(events: readonly LoggedEvent[]): void {
    this.#latest ??= new LatestEvents();
    this.#latest.add(events);
    for (const event of events) {
      const withdrawn = withdrawnTaskOf(event);
      if (withdrawn !== undefined) this.#withdrawnTasks().set(withdrawn, event.seq);
    }
  }

  #veiled(event: LoggedEvent): LoggedEvent {
    const withdrawnAt = this.#withdrawn?.get(event.taskId ?? '') ?? 0;
    return event.type === 'task_update' && withdrawnAt > event.seq ? skipOf(event) : event;
  }

  async #pull(frame: string): Promise<boolean> {
    return this.#phase !== 'ended' && (await this.context.outbound.pull(frame));
  }

  #standAfter(events: readonly LoggedEvent[]): void {
    const last = events.at(-1);
    if (last !== undefined) this.#sent = { seq: last.seq, eventId: last.eventId };
  }
}

/** Events of {@link ENCODE_CHARS} together, or a larger one. */
function firstOf(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  let [count, chars] = [0, 0];
  for (const { body } of events) {
    chars += body.length;
    if (count > 0 && chars > ENCODE_CHARS) break;
    count += 1;
  }
  return events.slice(0, count);
}
