import type { Undo } from '@/lib/protocol';

/** Listeners found by key: telling one key costs nothing for the others. */
export class KeyedListeners {
  readonly #listeners = new Map<string, Set<{ readonly call: () => void }>>();

  /** Does anybody listen to this key? */
  has(key: string): boolean {
    return this.#listeners.has(key);
  }

  /** The keys that somebody listens to. */
  keys(): Iterable<string> {
    return this.#listeners.keys();
  }

  add(key: string, call: () => void): Undo {
    const entry = { call };
    const entries = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#listeners.get(key) === entries) this.#listeners.delete(key);
    };
  }

  emit(key: string): void {
    const entries = this.#listeners.get(key);
    if (entries === undefined) return;
    for (const { call } of [...entries]) call();
  }
}
