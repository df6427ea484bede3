import type { LoggedEvent } from '@/ports/event-log';

const MAX_EVENTS = 256;
const MAX_CHARS = 128 * 1024;

/** The latest events of one channel, in order and without gaps: at most 256, and about 128 KiB. */
export class LatestEvents {
  #events: LoggedEvent[] = [];
  #chars = 0;

  /** Takes in what comes next; after a gap it begins anew. */
  add(events: readonly LoggedEvent[]): void {
    const last = this.#events.at(-1);
    if (last !== undefined && events[0]?.seq !== last.seq + 1) this.#cutTo(0);
    for (const event of events) {
      this.#events.push(event);
      this.#chars += event.body.length;
    }
    // Cut at twice the bounds, so that most additions move nothing.
    if (this.#events.length <= 2 * MAX_EVENTS && this.#chars <= 2 * MAX_CHARS) return;
    let [count, chars] = [0, 0];
    while (count < Math.min(this.#events.length, MAX_EVENTS) && chars < MAX_CHARS) {
      count += 1;
      chars += this.#events.at(-count)?.body.length ?? 0;
    }
    this.#cutTo(count);
  }

  /** What came after `seq`; `undefined` where that is not known from here. */
  after(seq: number): readonly LoggedEvent[] | undefined {
    const start = seq + 1 - (this.#events[0]?.seq ?? Number.NaN);
    return start >= 0 && start < this.#events.length ? this.#events.slice(start) : undefined;
  }

  #cutTo(count: number): void {
    this.#events = count === 0 ? [] : this.#events.slice(-count);
    this.#chars = this.#events.reduce((sum, { body }) => sum + body.length, 0);
  }
}
