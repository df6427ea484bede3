import type { Undo } from '@/lib/protocol';

interface Entry {
  call: () => void;
}

function nothing(): void {}

/** Listeners found by key: telling one key costs nothing for the others. */
export class KeyedListeners {
  /** Lists are replaced, never changed, so that telling needs no copy of them. */
  readonly #listeners = new Map<string, readonly Entry[]>();

  /** Does nobody listen to anything? */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Does anybody listen to this key? */
  has(key: string): boolean {
    return this.#listeners.has(key);
  }

  /** The keys that somebody listens to. */
  keys(): Iterable<string> {
    return this.#listeners.keys();
  }

  add(key: string, call: () => void): Undo {
    const entry: Entry = { call };
    this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), entry]);
    return () => {
      // A telling that is under way still has it in its list ([RP50]).
      entry.call = nothing;
      const left = this.#listeners.get(key)?.filter((each) => each !== entry) ?? [];
      if (left.length === 0) this.#listeners.delete(key);
      else this.#listeners.set(key, left);
    };
  }

  /** Calls those who listened when it began and still do. */
  emit(key: string): void {
    const entries = this.#listeners.get(key);
    if (entries !== undefined) for (const { call } of entries) call();
  }
}
