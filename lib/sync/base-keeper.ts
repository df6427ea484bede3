import { type Position, type Task, taskKey, type Undo } from '@/lib/protocol';
import { baseOf, type Patch, type Replica } from '@/lib/replica';
import type { BaseUpdate, OutboxStore, StoredTask } from './outbox-store';

/** The base is written when nothing has changed it for so long, milliseconds: not in the middle of a burst. */
export const BASE_QUIET_MS = 2_000;

/** Where changes never cease, it is written each so many times {@link BASE_QUIET_MS}. */
export const MAX_BASE_WAITS = 5;

/** What the keeper of a base needs of its surroundings. */
export interface BaseKeeperPort<T extends Task> {
  readonly replica: Replica<T>;
  /** Where the base stands; `undefined` while it stands nowhere, as between an epoch and its snapshot. */
  readonly positions: () => Readonly<Record<string, Position>> | undefined;
  readonly setTimer: (ms: number, run: () => void) => Undo;
  readonly wallNow: () => number;
}

/** Writes the base now and then, always together with the positions that it stands at ([OB15]). */
export class BaseKeeper<T extends Task> {
  #store: OutboxStore<T> | undefined;
  #changed = new Set<string>();
  #isWhole = true;
  #isBusy = false;
  #timer: Undo | undefined;
  /** Did anything change since the timer began? */
  #isFresh = false;
  #waits = 0;

  constructor(readonly port: BaseKeeperPort<T>) {}

  /** Starts (or, without a store, stops) writing. */
  use(store: OutboxStore<T> | undefined): void {
    this.#store = store;
    if (store === undefined) this.#rest();
    else this.#arm();
  }

  /** The replica holds exactly what is kept: from here on changes are enough. */
  resume(): void {
    this.#isWhole = false;
    this.#changed.clear();
  }

  /** Takes note of a change of the replica. */
  note({ touched, replaced }: Patch<T>): void {
    this.#isWhole ||= replaced.length > 0;
    if (!this.#isWhole) for (const key of touched) this.#changed.add(key);
    this.#isFresh = true;
    this.#arm();
  }

  /** Writes now, where there is anything to write; the page may be about to end. */
  flush(): void {
    this.#rest();
    void this.#write();
  }

  #arm(): void {
    if (this.#store === undefined || (!this.#isWhole && this.#changed.size === 0)) return;
    if (this.#timer !== undefined) return;
    this.#isFresh = false;
    this.#timer = this.port.setTimer(BASE_QUIET_MS, () => {
      this.#timer = undefined;
      this.#waits += 1;
      if (this.#isFresh && this.#waits < MAX_BASE_WAITS) this.#arm();
      else this.flush();
    });
  }

  #rest(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#waits = 0;
  }

  async #write(): Promise<void> {
    const positions = this.port.positions();
    if (this.#store === undefined || this.#isBusy || positions === undefined) return;
    if (!this.#isWhole && this.#changed.size === 0) return;
    this.#isBusy = true;
    const update = this.#update(positions);
    this.#changed = new Set();
    this.#isWhole = false;
    try {
      // A base that is newer holds everything that this one would tell.
      if ((await this.#store.writeBase(update)) === 'incomplete') this.#isWhole = true;
    } catch {
      // Only a convenience: the server can send all of it again, and the next update is whole.
      this.#isWhole = true;
    }
    this.#isBusy = false;
    if (!update.isWhole || this.#changed.size > 0) this.#arm();
  }

  #update(positions: Readonly<Record<string, Position>>): BaseUpdate<T> {
    const { replica, wallNow } = this.port;
    const keys = this.#isWhole ? keysOf(replica) : this.#changed;
    const tasks: StoredTask<T>[] = [];
    const removed: string[] = [];
    for (const key of keys) {
      const task = baseOf(replica, key);
      if (task === undefined) removed.push(key);
      else tasks.push({ task, channels: channelsOf(replica, taskKey(task.id)) });
    }
    return { epoch: replica.epoch, positions, savedAt: wallNow(), tasks, removed, isWhole: this.#isWhole };
  }
}

/** What the server has; what is only shown is not among it. */
function* keysOf(replica: Replica): Iterable<string> {
  for (const { key, base } of replica.table.entries()) if (base !== undefined) yield key;
}

function channelsOf(replica: Replica, key: string): readonly string[] {
  const channels: string[] = [];
  for (const [channel, keys] of replica.channels) if (keys.has(key)) channels.push(channel);
  return channels;
}
