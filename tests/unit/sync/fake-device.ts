import type { Task } from '@/lib/protocol';
import type { Device, OutboxStore } from '@/lib/sync';
import { createMemoryOutboxStore } from '@/lib/sync/memory-outbox-store';

/** A disk that outlives the pages that use it, and fails when the test says so. */
export class FakeDisk {
  readonly #kept = createMemoryOutboxStore<Task>();
  /** What every write fails with. */
  failure: Error | undefined;
  /** Writes and their fate. */
  readonly writes: ('done' | 'failed')[] = [];
  readonly leavers = new Set<() => void>();
  readonly #lost = new Set<() => void>();
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};
  wallClock = 1_000;
  #tabs = 0;
  readonly living = new Set<string>();
  readonly announced = new Set<(tab: string) => void>();
  readonly watchers = new Map<string, Set<() => void>>();

  /** Writes take until {@link thaw}. */
  freeze(): void {
    this.#open();
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  thaw(): void {
    this.#open();
    this.#gate = Promise.resolve();
  }

  get store(): OutboxStore<Task> {
    const disk = this;
    return {
      ...this.#kept,
      isLasting: true,
      async write(batch) {
        await disk.#gate;
        if (disk.failure) {
          disk.writes.push('failed');
          throw disk.failure;
        }
        disk.writes.push('done');
        await disk.#kept.write(structuredClone(batch));
      },
      onLost(listener) {
        disk.#lost.add(listener);
        return () => disk.#lost.delete(listener);
      },
    };
  }

  /** The storage is taken from every page. */
  lose(): void {
    for (const listener of [...this.#lost]) listener();
  }

  /** What a page of this browser uses; `die` ends the page without a word. */
  device(options: { readonly isLasting?: boolean; readonly problem?: string } = {}): Device & { die(): void } {
    this.#tabs += 1;
    const id = `tab${this.#tabs}`;
    const { isLasting = true, problem = null } = options;
    let isDead = false;
    const hide = () => {
      this.living.delete(id);
      const waiting = this.watchers.get(id) ?? [];
      // As a lock does: who waited for it has had it then.
      this.watchers.delete(id);
      for (const run of waiting) run();
    };
    const { store } = this;
    const mortal: OutboxStore<Task> = {
      ...store,
      write: async (batch) => {
        await this.#gate;
        return isDead ? new Promise<never>(() => {}) : store.write(batch);
      },
      writeBase: async (update) => (isDead ? new Promise<never>(() => {}) : store.writeBase(update)),
      adopt: async (tab, isFree) => (isDead ? new Promise<never>(() => {}) : store.adopt(tab, isFree)),
    };
    return {
      open: async () => ({ store: isLasting ? mortal : createMemoryOutboxStore(), problem }),
      wallNow: () => this.wallClock,
      onLeave: (listener) => {
        this.leavers.add(listener);
        return () => this.leavers.delete(listener);
      },
      die: () => {
        isDead = true;
        hide();
      },
      tabs: {
        id,
        show: async () => {
          if (!isDead) this.living.add(id);
        },
        announce: () => {
          if (!isDead) for (const listener of this.announced) listener(id);
        },
        onAnnounced: (listener) => {
          const other = (tab: string) => tab !== id && listener(tab);
          this.announced.add(other);
          return () => this.announced.delete(other);
        },
        hide,
        findAbandoned: async () => {
          const living = new Set(this.living);
          return ({ tab }) => !living.has(tab);
        },
        onGone: (tab, run) => {
          const runs = this.watchers.get(tab) ?? new Set();
          this.watchers.set(tab, runs.add(run));
          return () => runs.delete(run);
        },
      },
    };
  }
}

/** Lets everything that is under way come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
