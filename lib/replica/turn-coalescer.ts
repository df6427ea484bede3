/** Calls back once the present turn of the event loop is over; not before, and soon also in a hidden tab. */
export type ScheduleTurn = (callback: () => void) => void;

/** Gathers what belongs to one turn. */
export interface TurnCoalescer {
  /** Something changed. */
  touch(): void;
  /** Tells now what is gathered, without waiting for the end of the turn. */
  flush(): void;
}

/**
 * Tells the world of a burst of changes in few words: the first change is told at once, those that follow in the same turn
 * together at its end ([RX13]).
 *
 * @param tell Tells everything that changed since it was last called.
 */
export function createTurnCoalescer(tell: () => void, scheduleTurn: ScheduleTurn = afterTurn): TurnCoalescer {
  return new Coalescer(tell, scheduleTurn);
}

class Coalescer implements TurnCoalescer {
  #inBurst = false;
  #isDirty = false;
  readonly #endTurn = () => {
    // While changes keep coming, the next turn is gathered too.
    this.#inBurst = this.#isDirty;
    if (this.#inBurst) this.scheduleTurn(this.#endTurn);
    this.flush();
  };

  constructor(
    readonly tell: () => void,
    readonly scheduleTurn: ScheduleTurn,
  ) {}

  flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.tell();
  }

  touch(): void {
    this.#isDirty = true;
    if (this.#inBurst) return;
    this.#inBurst = true;
    this.scheduleTurn(this.#endTurn);
    this.flush();
  }
}

/** The default: timers would wait for up to a minute in a hidden tab, animation frames for ever; a message does not. */
export const afterTurn: ScheduleTurn = (callback) => {
  if (typeof setImmediate === 'function') {
    setImmediate(callback);
    return;
  }
  channel ??= openChannel();
  callbacks.push(callback);
  channel.postMessage(null);
};

const callbacks: (() => void)[] = [];
let channel: MessagePort | undefined;

function openChannel(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => callbacks.shift()?.();
  return port2;
}
