import type { Undo } from '@/lib/protocol/connection-source';
import type { ManualClock } from './manual-clock';

/** Browsers wake the timers of a page that was hidden for long this seldom, milliseconds. */
export const THROTTLE_MS = 60_000;

interface Waiting {
  readonly due: number;
  readonly run: () => void;
  cancel: Undo;
}

/**
 * The machine and page that a client runs on, over the clock of the world: it can sleep, have its timers throttled, and
 * wake. While it sleeps nothing runs; what came due or arrived meanwhile runs at the waking, timers first, which is the
 * worse order for whoever judges by time.
 */
export class SimulatedMachine {
  readonly #world: ManualClock;
  readonly #clockStops: boolean;
  readonly #timers = new Set<Waiting>();
  readonly #arrived: (() => void)[] = [];
  readonly #wakers = new Set<() => void>();
  #isAsleep = false;
  #isThrottled = false;
  #sleptAt = 0;
  #missed = 0;

  /** @param clockStops Whether its monotonic clock stands still while it sleeps; platforms differ. */
  constructor(world: ManualClock, clockStops: boolean) {
    this.#world = world;
    this.#clockStops = clockStops;
  }

  /** How many of its timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How many ask to be told of a wake. */
  get wakers(): number {
    return this.#wakers.size;
  }

  readonly now = (): number => {
    const stopped = this.#isAsleep && this.#clockStops ? this.#world.now() - this.#sleptAt : 0;
    return this.#world.now() - this.#missed - stopped;
  };

  readonly setTimer = (ms: number, run: () => void): Undo => {
    const timer: Waiting = { due: this.now() + Math.max(ms, 0), run, cancel: () => {} };
    this.#timers.add(timer);
    this.#tryIn(ms, timer);
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  };

  readonly onWake = (listener: () => void): Undo => {
    this.#wakers.add(listener);
    return () => this.#wakers.delete(listener);
  };

  /** Something arrives from outside: at once, or at the waking. */
  dispatch(run: () => void): void {
    if (this.#isAsleep) this.#arrived.push(run);
    else run();
  }

  /** Page hints: visible again, focused, online. Nobody hears them asleep. */
  hint(): void {
    if (!this.#isAsleep) for (const waker of [...this.#wakers]) waker();
  }

  /** Timers run only at whole minutes, or freely again. */
  throttle(isThrottled: boolean): void {
    this.#isThrottled = isThrottled;
    if (!isThrottled) this.#runDue();
  }

  /** Closes the lid. */
  sleep(): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.#sleptAt = this.#world.now();
  }

  /** Opens the lid. What notices it by a jump of the wall clock does so within two seconds. */
  wake(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    if (this.#clockStops) this.#missed += this.#world.now() - this.#sleptAt;
    this.#runDue();
    for (const run of this.#arrived.splice(0)) run();
    this.#world.setTimer(2_000, () => this.hint());
  }

  #tryIn(ms: number, timer: Waiting): void {
    timer.cancel();
    timer.cancel = this.#world.setTimer(ms, () => this.#try(timer));
  }

  #try(timer: Waiting): void {
    if (!this.#timers.has(timer) || this.#isAsleep) return;
    const early = timer.due - this.now();
    const pastMinute = this.#world.now() % THROTTLE_MS;
    if (early > 1e-6) this.#tryIn(early, timer);
    // The tolerances forgive what sums of fractions lose.
    else if (this.#isThrottled && pastMinute > 1) this.#tryIn(THROTTLE_MS - pastMinute, timer);
    else {
      timer.cancel();
      this.#timers.delete(timer);
      timer.run();
    }
  }

  #runDue(): void {
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due)) this.#try(timer);
  }
}
