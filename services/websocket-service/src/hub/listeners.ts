import type { EventBatch } from '@/ports/event-batch';
import type { AlikeSubscriber, PlainSubscriber, Subscriber } from '@/ports/subscriber';
import type { WriteTurn } from '@/ports/write-turn';
import { LiveGroup, type OutMetrics } from './live-group';

/** Who listens to one channel. */
export class Listeners {
  readonly #ofAll = new Set<Subscriber>();
  readonly #ofRemovals = new Set<PlainSubscriber>();
  /** One for each dialect. */
  readonly #groups: LiveGroup[] = [];

  constructor(private readonly metrics: OutMetrics) {}

  /** How many read the channel; who hears removals alone, or passes on only some events, is none ([SV152]). */
  get count(): number {
    let count = this.#together;
    for (const subscriber of this.#ofAll) if (subscriber.hears === 'alike' || !subscriber.isPartial) count += 1;
    return count;
  }

  get isInUse(): boolean {
    return this.#ofAll.size + this.#ofRemovals.size + this.#together > 0;
  }

  get #together(): number {
    return this.#groups.reduce((sum, { size }) => sum + size, 0);
  }

  add(subscriber: Subscriber): void {
    if (subscriber.hears === 'removals') this.#ofRemovals.add(subscriber);
    else this.#ofAll.add(subscriber);
  }

  /** Forgets a subscriber; nothing to do where it is forgotten. */
  remove(subscriber: Subscriber): void {
    if (subscriber.hears === 'alike') this.#groups.some((group) => group.remove(subscriber));
    if (subscriber.hears === 'removals') this.#ofRemovals.delete(subscriber);
    else this.#ofAll.delete(subscriber);
  }

  /**
   * Brings a batch to all who are told everything.
   *
   * @param turn Given when the batch is all that this turn has for them: each is written to while it is at hand.
   */
  bring(batch: EventBatch, turn: WriteTurn | undefined): void {
    for (const group of this.#groups) {
      if (group.misses(batch) || !group.write(batch, turn)) this.#part(group);
    }
    for (const subscriber of this.#ofAll) {
      subscriber.receive(batch);
      turn?.end();
      if (subscriber.hears === 'alike' && this.#groupOf(subscriber).add(subscriber)) this.#ofAll.delete(subscriber);
    }
  }

  /** Tells of removals. */
  bringRemovals(batch: EventBatch): void {
    for (const subscriber of this.#ofRemovals) subscriber.receive(batch);
  }

  /** Tells all how far the channel has come. */
  notice(seq: number): void {
    for (const group of this.#groups) if (seq > group.end.seq) this.#part(group);
    for (const subscriber of [...this.#ofRemovals, ...this.#ofAll]) subscriber.notice?.(seq);
  }

  /** What comes does not go on from where a group stands: each of its readers finds its own way to the head. */
  #part(group: LiveGroup): void {
    for (const member of group.dissolve()) this.#ofAll.add(member);
  }

  #groupOf({ encode }: AlikeSubscriber): LiveGroup {
    const known = this.#groups.find((group) => group.encode === encode);
    if (known !== undefined) return known;
    const group = new LiveGroup(encode, this.metrics);
    this.#groups.push(group);
    return group;
  }
}
