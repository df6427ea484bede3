import type { EncodeEvents, EventBatch, Place } from '@/ports/event-batch';
import type { Metrics } from '@/ports/metrics';
import type { AlikeSubscriber, LivePlace } from '@/ports/subscriber';
import type { WireFrame } from '@/ports/wire-frame';
import type { WriteTurn } from '@/ports/write-turn';
import { Ways } from './ways';

/** What counts what leaves. */
export type OutMetrics = Pick<Metrics, 'messagesOut' | 'bytesOut'>;

/**
 * The readers of one channel and dialect that stand at its head: what goes on from there is written to all of them in one
 * walk over their ways out, and none of their subscriptions is looked at ([SV109]). Who joins and leaves costs the same
 * however many there are; in which order they are written to says nothing.
 */
export class LiveGroup implements LivePlace {
  readonly #members: AlikeSubscriber[] = [];
  /** Of the same readers, in the same order: all that the walk touches. */
  #ways = new Ways();
  #end: Place = { seq: 0 };

  constructor(
    readonly encode: EncodeEvents,
    private readonly metrics: OutMetrics,
  ) {}

  get end(): Place {
    return this.#end;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Takes a reader in that stands where the group stands; an empty group stands wherever the first one does. */
  add(member: AlikeSubscriber): boolean {
    const place = member.readyAt;
    if (place === undefined || member.encode !== this.encode) return false;
    if (this.size === 0) this.#end = place;
    else if (this.#end.seq !== place.seq) return false;
    member.livePlaceIndex = this.#members.push(member) - 1;
    this.#ways.add(member.outbound);
    member.join(this);
    return true;
  }

  remove(member: AlikeSubscriber): boolean {
    const { livePlaceIndex: index } = member;
    if (this.#members[index] !== member) return false;
    this.#ways.remove(index);
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[index] = last;
      last.livePlaceIndex = index;
    }
    member.livePlaceIndex = -1;
    member.leave();
    return true;
  }

  /** Lets all go. */
  dissolve(): readonly AlikeSubscriber[] {
    const members = this.#members.splice(0);
    this.#ways = new Ways();
    for (const member of members) {
      member.livePlaceIndex = -1;
      member.leave();
    }
    return members;
  }

  /** Does a batch bring something that does not go on from here? */
  misses(batch: EventBatch): boolean {
    return batch.lastSeq > this.#end.seq && batch.firstSeq !== this.#end.seq + 1;
  }

  /**
   * Writes what a batch brings, unless there are no readers or they have it already.
   *
   * @param turn Given when it has nothing more for any of them.
   * @returns whether it could be encoded; else nothing was written.
   */
  write(batch: EventBatch, turn: WriteTurn | undefined): boolean {
    if (this.size === 0 || batch.lastSeq <= this.#end.seq) return true;
    const frames = batch.triedBy(this.encode);
    if (frames === undefined) return false;
    this.#end = batch.end;
    const [only] = frames;
    if (turn !== undefined && only !== undefined && frames.length === 1) this.#give(only, turn);
    else this.#ways.push(frames);
    return true;
  }

  #give(frame: WireFrame, turn: WriteTurn): void {
    const count = this.#ways.give(frame, turn);
    this.metrics.messagesOut.add(count * frame.count);
    this.metrics.bytesOut.add(count * frame.length);
  }
}
