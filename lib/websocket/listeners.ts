import type { Undo } from '@/lib/protocol/connection-source';

/** A set of listeners in which one that throws stops nobody else. Its functions need no `this`. */
export class Listeners<V> {
  /** Adds a listener, once however often it is added. */
  declare readonly add: (listener: (value: V) => void) => Undo;
  /** Removes a listener; an unknown one is no error. */
  declare readonly remove: (listener: (value: V) => void) => void;
  /** Calls everybody who is in the set now and still in it when the turn comes. */
  declare readonly emit: (value: V) => void;

  /** @param onThrow Hears what a listener threw. */
  constructor(onThrow: (error: unknown) => void) {
    const all = new Set<(value: V) => void>();
    this.add = (listener) => {
      all.add(listener);
      return () => this.remove(listener);
    };
    this.remove = (listener) => {
      all.delete(listener);
    };
    this.emit = (value) => {
      for (const listener of [...all]) {
        try {
          if (all.has(listener)) listener(value);
        } catch (error) {
          onThrow(error);
        }
      }
    };
  }
}
