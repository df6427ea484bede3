/** Calls back once the present turn of the event loop is over; not before, and soon also in a hidden tab. */
export type ScheduleTurn = (callback: () => void) => void;

/** A change this soon after another one that came from a socket belongs to the same burst, milliseconds. */
export const BURST_GAP_MS = 100;

/** A few frames are told when nothing came for so long, milliseconds: less than a screen takes to draw. */
export const QUIET_MS = 8;

/** Of so many frames more are to be expected … */
export const MANY_FRAMES = 10;

/** … and a busy machine may keep them waiting for so long, milliseconds. */
export const QUIET_AFTER_MANY_MS = 80;

/** A burst that does not end is told at least this often, milliseconds. */
export const MAX_GATHER_MS = 500;

/**
 * So many tasks of a page are told by themselves before it is asked whether their turn is over: the question posts a message,
 * which costs a page a task of its own ([RX41]).
 */
export const TASKS_PER_QUESTION = 8;

/** Gathers what belongs together. */
export interface TurnCoalescer {
  /**
   * Something changed: the first change of a turn is told at once, what follows in it together, at the latest at its end;
   * where the end is asked for seldom, this begins after the first few tasks.
   */
  touch(): void;
  /**
   * A frame of a socket changed something. The frames of a burst come in tasks of their own: the first is told at once, what
   * follows within {@link BURST_GAP_MS} together, when nothing more comes.
   *
   * @param count Events in it. Default 1.
   */
  touchByFrame(count?: number): void;
  /** Tells now what is gathered. */
  flush(): void;
}

/**
 * Tells the world of a burst of changes in few words ([RX13], [RX38]).
 *
 * @param tell Tells everything that changed since it was last called.
 * @param tasksPerQuestion After so many tasks it is asked whether a turn is over. Default: after each, in a page after
 *   {@link TASKS_PER_QUESTION}.
 */
export function createTurnCoalescer(
  tell: () => void,
  scheduleTurn: ScheduleTurn = afterTurn,
  tasksPerQuestion: number = scheduleTurn === afterTurn && !hasImmediates() ? TASKS_PER_QUESTION : 1,
): TurnCoalescer {
  return new Coalescer(tell, scheduleTurn, tasksPerQuestion);
}

class Coalescer implements TurnCoalescer {
  #inTurn = false;
  #inTask = false;
  #tasks = 0;
  #isDirty = false;
  #isGathering = false;
  #touchedAt = Number.NEGATIVE_INFINITY;
  #gatheringSince = 0;
  #gathered = 0;

  readonly #endTask = () => {
    this.#inTask = false;
    try {
      this.flush();
    } catch (error) {
      // As it would be in a microtask of its own: not a rejection that somebody forgot to handle.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  readonly #endTurn = () => {
    // While changes keep coming, the next turn is gathered too.
    this.#inTurn = this.#isDirty;
    if (this.#inTurn) this.scheduleTurn(this.#endTurn);
    this.flush();
  };

  readonly #endGathering = () => {
    const now = performance.now();
    const quietMs = this.#gathered < MANY_FRAMES ? QUIET_MS : QUIET_AFTER_MANY_MS;
    const restMs = Math.min(this.#touchedAt + quietMs, this.#gatheringSince + MAX_GATHER_MS) - now;
    // Timers fire up to a millisecond early.
    if (this.#isDirty && restMs > 1 && !isHidden()) {
      afterMoment(restMs, this.#endGathering);
      return;
    }
    this.#isGathering = false;
    this.flush();
  };

  constructor(
    readonly tell: () => void,
    readonly scheduleTurn: ScheduleTurn,
    readonly tasksPerQuestion: number,
  ) {}

  flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.tell();
  }

  touch(): void {
    this.#isDirty = true;
    if (this.#inTurn || this.#inTask) return;
    this.#tasks += 1;
    if (this.#tasks >= this.tasksPerQuestion) {
      this.#tasks = 0;
      this.#inTurn = true;
      this.scheduleTurn(this.#endTurn);
    }
    this.#tellAtOnce();
  }

  touchByFrame(count = 1): void {
    const now = performance.now();
    const isFollowing = now - this.#touchedAt < BURST_GAP_MS;
    this.#touchedAt = now;
    this.#isDirty = true;
    this.#gathered += count;
    if (this.#inTask || this.#isGathering) return;
    if (!isFollowing) {
      this.#tellAtOnce();
      return;
    }
    this.#isGathering = true;
    this.#gatheringSince = now;
    this.#gathered = count;
    afterMoment(QUIET_MS, this.#endGathering);
  }

  #tellAtOnce(): void {
    if (!this.#inTask) {
      this.#inTask = true;
      // Before anybody is told: what a listener puts off until the end of the task, as React does, then holds all of the task.
      void settled.then(this.#endTask);
    }
    this.flush();
  }
}

/** Its `then` is the cheapest microtask there is: Node's `queueMicrotask` makes three objects for each. */
const settled = Promise.resolve();

/** In a hidden tab timers may wait for a minute, and nobody looks: there the turn is enough. */
function afterMoment(ms: number, callback: () => void): void {
  if (isHidden()) afterTurn(callback);
  else setTimeout(callback, ms);
}

function isHidden(): boolean {
  return globalThis.document?.hidden ?? false;
}

/** The default: timers would wait for up to a minute in a hidden tab, animation frames for ever; a message does not. */
export const afterTurn: ScheduleTurn = (callback) => {
  if (hasImmediates()) {
    setImmediate(callback);
    return;
  }
  channel ??= openChannel();
  callbacks.push(callback);
  channel.postMessage(null);
};

function hasImmediates(): boolean {
  return typeof setImmediate === 'function';
}

const callbacks: (() => void)[] = [];
let channel: MessagePort | undefined;

function openChannel(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => callbacks.shift()?.();
  return port2;
}
