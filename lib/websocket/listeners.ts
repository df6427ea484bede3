import type { Undo } from '@/lib/protocol/connection-source';

/** A set of listeners in which one that throws stops nobody else. Its functions need no `this`. */
export class Listeners<V> {
  readonly #all = new Set<(value: V) => void>();

  /** @param onThrow Hears what a listener threw. */
  constructor(readonly onThrow: (error: unknown) => void) {}

  /** Adds a listener, once however often it is added. */
  readonly add = (listener: (value: V) => void): Undo => {
    this.#all.add(listener);
    return () => this.remove(listener);
  };

  /** Removes a listener; an unknown one is no error. */
  readonly remove = (listener: (value: V) => void): void => {
    this.#all.delete(listener);
  };

  /** Calls everybody who is in the set now and still in it when the turn comes. */
  readonly emit = (value: V): void => {
    for (const listener of [...this.#all]) {
      try {
        if (this.#all.has(listener)) listener(value);
      } catch (error) {
        this.onThrow(error);
      }
    }
  };

  /** Removes everybody. */
  readonly clear = (): void => this.#all.clear();
}
