import type { Sender } from '@/ports/sender';

/** A reader by its number in a walk, and how many bytes of the frame it has. */
export interface Unfinished {
  readonly index: number;
  readonly taken: number;
}

/** The free lanes of one walk, in lists of numbers that the next walk uses again: a walk over thousands leaves no garbage. */
export class FreeLanes {
  #size = 0;
  #indexes = new Int32Array(0);
  #descriptors = new Int32Array(0);
  #taken = new Int32Array(0);

  /** Begins a walk over `most` readers. */
  begin(most: number): void {
    this.#size = 0;
    if (most <= this.#indexes.length) return;
    // Twice as many: groups grow by one reader at a time.
    this.#indexes = new Int32Array(2 * most);
    this.#descriptors = new Int32Array(2 * most);
    this.#taken = new Int32Array(2 * most);
  }

  add(index: number, descriptor: number): void {
    this.#indexes[this.#size] = index;
    this.#descriptors[this.#size] = descriptor;
    this.#size += 1;
  }

  /** Sends the same to all that were added. @returns who did not take all of it. */
  send(bytes: Buffer, sender: Sender): readonly Unfinished[] {
    const unfinished: Unfinished[] = [];
    if (sender.toAll(this.#descriptors, this.#size, bytes, this.#taken) === this.#size) return unfinished;
    for (let at = 0; at < this.#size; at += 1) {
      const [index = -1, taken = 0] = [this.#indexes[at], this.#taken[at]];
      if (taken < bytes.length) unfinished.push({ index, taken });
    }
    return unfinished;
  }
}
