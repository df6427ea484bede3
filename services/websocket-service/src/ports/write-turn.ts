import { nodeSender, type Sender } from './sender';

/** Somebody with something to write at the end of the turn. */
export interface Writer {
  /** Writes what was queued; must not throw. */
  flush(): void;
}

/**
 * Gathers what one turn queues, so that each reader gets it in one write: when the running callback and the promises that
 * it settled are done, no later. No timer, and nothing waits for more ([SV103]).
 */
export class WriteTurn {
  #writers: Writer[] = [];
  #isPlanned = false;
  #isEnding = false;

  /** @param sender What takes the bytes of all who write in it. */
  constructor(readonly sender: Sender = nodeSender) {}

  /** Has nobody anything to write? */
  get isEmpty(): boolean {
    return this.#writers.length === 0 && !this.#isEnding;
  }

  /** `writer` is flushed at the end of this turn, or earlier by {@link end}. */
  add(writer: Writer): void {
    this.#writers.push(writer);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    process.nextTick(() => {
      this.#isPlanned = false;
      this.end();
    });
  }

  /** Flushes now: nothing more is coming in this turn for those who were added. */
  end(): void {
    if (this.#writers.length === 0) return;
    const writers = this.#writers;
    this.#writers = [];
    this.#isEnding = true;
    for (const writer of writers) writer.flush();
    this.#isEnding = false;
  }
}
