import type { Task, Undo } from '@/lib/protocol';
import {
  type ConflictReceipt,
  findPending,
  type KeptChange,
  madeOn,
  type Rejection,
  type Replica,
} from '@/lib/replica';
import { joinBatches } from './join-batches';
import { reasonOf } from './open-outbox-store';
import { EMPTY_BATCH, type OutboxStore, type StoreBatch, type StoredChange } from './outbox-store';
import type { TabPresence } from './tab-presence';

/** A write that takes longer than this is told of, milliseconds; it goes on all the same. */
export const WRITE_PATIENCE_MS = 5_000;

/** What a journal needs of its surroundings. */
export interface JournalPort<T extends Task> {
  readonly replica: Replica<T>;
  readonly tabs: Pick<TabPresence, 'id' | 'show' | 'announce' | 'hide'>;
  readonly wallNow: () => number;
  readonly setTimer: (ms: number, run: () => void) => Undo;
  /** How long to wait after so many failed writes, milliseconds. */
  readonly delayOf: (failures: number) => number;
  /** Hears for which tasks more is kept than before. */
  readonly onKept: (keys: ReadonlySet<string>) => void;
  /** Hears why nothing can be written at present, and `null` once it can again. */
  readonly onTrouble: (problem: string | null) => void;
}

interface Entry<T extends Task> {
  key: string;
  want: KeptChange<T>;
  writing: KeptChange<T> | undefined;
  durable: KeptChange<T> | undefined;
}

/**
 * Follows the replica's lanes and keeps each of its changes, one atomic batch after the other ([OB9]). What fails is tried
 * again with what came since.
 */
export class ChangeJournal<T extends Task> {
  readonly #entries = new Map<string, Map<string, Entry<T>>>();
  #dirty = new Map<string, Entry<T>>();
  #todo: StoreBatch<T> = EMPTY_BATCH;
  #store: OutboxStore<T> | undefined;
  /** The write that is under way. */
  #running: Promise<void> | undefined;
  #isQueued = false;
  #failures = 0;
  #retry: Undo | undefined;

  constructor(readonly port: JournalPort<T>) {}

  /** Starts (or, without a store, stops) writing. */
  use(store: OutboxStore<T> | undefined): void {
    this.#store = store;
    this.#queue();
  }

  /** Looks at the lanes of these tasks, and takes the receipts of the same change along. */
  note(keys: Iterable<string>, receipts: readonly ConflictReceipt[] = []): void {
    for (const key of keys) this.#follow(key);
    if (receipts.length > 0) this.#add({ receipts });
    this.#queue();
  }

  /** Puts a refused change aside, together with what {@link note} took note of in this turn. */
  refuse(rejection: Rejection<T>): void {
    this.#add({ rejections: [rejection] });
  }

  /** Forgets receipts and refusals. */
  drop(ids: ReadonlySet<string>): void {
    this.#add({ dropNotices: [...ids] });
  }

  /** Takes note of changes that stand in the store already; call it before they are on their lanes. */
  resume(changes: readonly StoredChange<T>[], keyOf: (change: StoredChange<T>) => string): void {
    for (const change of changes) {
      const key = keyOf(change);
      this.#lane(key).set(change.mutation.id, { key, want: change, writing: undefined, durable: change });
    }
  }

  /** Would all own changes of this task survive the end of the page? */
  isKept(key: string): boolean {
    if (this.#store?.isLasting !== true) return false;
    for (const { want, durable } of this.#entries.get(key)?.values() ?? []) {
      if (durable?.mutation !== want.mutation) return false;
    }
    return true;
  }

  /**
   * May this change leave? Not while another content of it is kept: after a crash its key would stand for two requests.
   * A storage that fails holds nothing up.
   */
  maySend(key: string, mutationId: string): boolean {
    const entry = this.#entries.get(key)?.get(mutationId);
    if (entry === undefined || this.#store?.isLasting !== true || this.#failures > 0) return true;
    const { mutation } = entry.want;
    const isWriting = entry.writing === undefined || entry.writing.mutation === mutation;
    return isWriting && (entry.durable === undefined || entry.durable.mutation === mutation);
  }

  /** Does not show this tab as one that keeps changes, where it keeps none, nor has any to take off the disk ([OB36]). */
  rest(): void {
    if (this.#entries.size === 0 && this.#running === undefined && !this.#hasWork()) this.port.tabs.hide();
  }

  /** Writes what is left, once, and ends. */
  async finish(): Promise<void> {
    this.#retry?.();
    // A write that is under way takes along only what there was when it began ([OB34]).
    await this.#running;
    await this.#flush();
    this.#store = undefined;
    this.port.tabs.hide();
  }

  #lane(key: string): Map<string, Entry<T>> {
    const lane = this.#entries.get(key) ?? new Map<string, Entry<T>>();
    this.#entries.set(key, lane);
    return lane;
  }

  #follow(key: string): void {
    const { replica } = this.port;
    const pending = replica.pending.get(key);
    if (pending === undefined && !this.#entries.has(key)) return;
    const known = this.#lane(key);
    const gone = new Map(known);
    for (const each of pending ?? []) {
      const { mutation } = each;
      const made = madeOn(replica, each);
      const entry = known.get(mutation.id);
      gone.delete(mutation.id);
      if (entry?.want.mutation === mutation && entry.want.made === made) continue;
      const want = { mutation, made, epoch: replica.epoch };
      const followed = entry ?? { key, want, writing: undefined, durable: undefined };
      followed.want = want;
      known.set(mutation.id, followed);
      this.#dirty.set(mutation.id, followed);
    }
    for (const [id, entry] of gone) {
      known.delete(id);
      const moved = findPending(replica, id)?.key;
      if (moved !== undefined) {
        // The task has another id now; what is kept of the change stays kept.
        this.#lane(moved).set(id, Object.assign(entry, { key: moved }));
        this.#follow(moved);
        continue;
      }
      this.#dirty.delete(id);
      this.#add({ remove: [id] });
    }
    if (known.size === 0) this.#entries.delete(key);
  }

  #add(part: Partial<StoreBatch<T>>): void {
    this.#todo = joinBatches(this.#todo, { ...EMPTY_BATCH, ...part });
    this.#queue();
  }

  /** At the end of the microtask, so that what belongs to one change is one batch. */
  #queue(): void {
    if (this.#isQueued || this.#store === undefined || !this.#hasWork()) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      if (this.#retry === undefined) void this.#flush();
    });
  }

  #hasWork(): boolean {
    return this.#dirty.size > 0 || this.#todo !== EMPTY_BATCH;
  }

  /** Writes what there is; resolves when that, or the write that is under way, is over. */
  #flush(): Promise<void> | undefined {
    const store = this.#store;
    if (this.#running === undefined && store !== undefined && this.#hasWork()) this.#running = this.#writeAll(store);
    return this.#running;
  }

  async #writeAll(store: OutboxStore<T>): Promise<void> {
    const entries = this.#dirty;
    const todo = this.#todo;
    this.#dirty = new Map();
    this.#todo = EMPTY_BATCH;
    for (const entry of entries.values()) entry.writing = entry.want;
    try {
      await this.#write(store, entries, todo);
      for (const entry of entries.values()) entry.durable = entry.writing;
      if (this.#failures > 0) this.port.onTrouble(null);
      this.#failures = 0;
    } catch (error) {
      const wanted = [...entries].filter(([id, { key }]) => this.#entries.get(key)?.has(id));
      this.#dirty = new Map([...wanted, ...this.#dirty]);
      this.#todo = joinBatches(todo, this.#todo);
      this.#failed(error);
    }
    for (const entry of entries.values()) entry.writing = undefined;
    this.#running = undefined;
    this.port.onKept(new Set([...entries.values()].map(({ key }) => key)));
    this.rest();
    this.#queue();
  }

  async #write(store: OutboxStore<T>, entries: ReadonlyMap<string, Entry<T>>, todo: StoreBatch<T>): Promise<void> {
    const { tabs, wallNow, setTimer, onTrouble } = this.port;
    let isSlow = false;
    const patience = setTimer(WRITE_PATIENCE_MS, () => {
      isSlow = true;
      onTrouble('The storage of this device is slow: the latest changes are not kept on it yet.');
    });
    try {
      if (entries.size > 0) {
        await tabs.show();
        tabs.announce();
      }
      const about = { tab: tabs.id, at: wallNow() };
      const put = [...entries.values()].flatMap(({ writing }) => (writing ? [{ ...writing, ...about }] : []));
      const batch = { ...todo, put };
      // A full device has more use for changes that exist nowhere else than for what the server can send again.
      await store.write(batch).catch(async (error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'QuotaExceededError') throw error;
        await store.dropBase();
        await store.write(batch);
      });
      if (isSlow) onTrouble(null);
    } finally {
      patience();
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.port.onTrouble(reasonOf(error));
    this.#retry = this.port.setTimer(this.port.delayOf(this.#failures), () => {
      this.#retry = undefined;
      this.#queue();
    });
  }
}
