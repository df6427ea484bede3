import type { Undo } from '@/lib/protocol/connection-source';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/**
 * A clock that only moves when told. Timers run in the order of their times, each at its own time; what a timer starts runs
 * in the same `advance` when it is due. Nothing ever runs by itself.
 */
export class ManualClock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** @param start The first reading, milliseconds. */
  constructor(start = 0) {
    this.#now = start;
  }

  /** The reading, milliseconds. */
  readonly now = (): number => this.#now;

  /** Runs once when the clock has come `ms` further. */
  readonly setTimer = (ms: number, run: () => void): Undo => {
    const timer = { due: this.#now + Math.max(ms, 0), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, or `undefined` without one. */
  get nextAt(): number | undefined {
    return this.#next()?.due;
  }

  /** Moves on by so many milliseconds, running what falls due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(); timer && timer.due <= end; timer = this.#next()) {
      this.#now = Math.max(this.#now, timer.due);
      this.#timers.delete(timer);
      timer.run();
    }
    this.#now = end;
  }

  /** Moves on without running anything, as a sleeping machine does; what fell due runs, late, with the next `advance`. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.due < next.due) next = timer;
    return next;
  }
}
