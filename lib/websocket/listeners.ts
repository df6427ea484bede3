import type { Undo } from '@/lib/protocol/connection-source';

/** A set of listeners in which one that throws stops nobody else. Its functions need no `this`. */
export class Listeners<V> {
  readonly #entries = new Map<(value: V) => void, object>();

  /** @param onThrow Hears what a listener threw. */
  constructor(readonly onThrow: (error: unknown) => void) {}

  /** Adds a listener, once however often it is added. The undo does nothing once the listener was removed or added anew. */
  readonly add = (listener: (value: V) => void): Undo => {
    const entry = {};
    this.#entries.set(listener, entry);
    return () => {
      if (this.#entries.get(listener) === entry) this.#entries.delete(listener);
    };
  };

  /** Removes a listener; an unknown one is no error. */
  readonly remove = (listener: (value: V) => void): void => {
    this.#entries.delete(listener);
  };

  /** Calls everybody who is in the set now and still in it when the turn comes. */
  readonly emit = (value: V): void => {
    for (const listener of [...this.#entries.keys()]) {
      try {
        if (this.#entries.has(listener)) listener(value);
      } catch (error) {
        this.onThrow(error);
      }
    }
  };

  /** Removes everybody. */
  readonly clear = (): void => this.#entries.clear();
}
