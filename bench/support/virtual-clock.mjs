// @ts-check

/** @typedef {{ due: number, order: number, run: (() => void) | undefined }} Timer */

/**
 * A clock for very many timers: it moves only when told, and runs each timer at its own time, equal times in the order in
 * which they were set. (The clock of `taskwire/testing` looks through all its timers for the next one, which is right for a
 * test and too slow for ten thousand clients.)
 */
export class VirtualClock {
  #now = 0;
  #orders = 0;
  /** @type {Timer[]} A binary heap, the next one first. */
  #heap = [];

  /** The reading, milliseconds. */
  now = () => this.#now;

  /** Runs once when the clock has come `ms` further; the answer cancels it. @param {number} ms @param {() => void} run */
  setTimer = (ms, run) => {
    /** @type {Timer} */
    const timer = { due: this.#now + Math.max(ms, 0), order: this.#orders++, run };
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  };

  /** Moves on to a reading, running what falls due until then. @param {number} end Milliseconds. */
  advanceTo(end) {
    for (let timer = this.#heap[0]; timer && timer.due <= end; timer = this.#heap[0]) {
      this.#pop();
      this.#now = Math.max(this.#now, timer.due);
      timer.run?.();
    }
    this.#now = end;
  }

  /** @param {Timer} timer */
  #push(timer) {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop() {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = left && right && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

/** @param {Timer} a @param {Timer} b */
function isBefore(a, b) {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
