import { type Position, type Task, taskKey, type Undo } from '@/lib/protocol';
import { baseOf, type Patch, type Replica } from '@/lib/replica';
import type { BaseUpdate, OutboxStore, StoredTask } from './outbox-store';

/** How long changes of the base are gathered before they are written, milliseconds. */
export const BASE_DELAY_MS = 1_000;

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
    this.#arm();
  }

  /** Writes now, where there is anything to write; the page may be about to end. */
  flush(): void {
    this.#rest();
    void this.#write();
  }

  #arm(): void {
    if (this.#store === undefined || (!this.#isWhole && this.#changed.size === 0)) return;
    this.#timer ??= this.port.setTimer(BASE_DELAY_MS, () => this.flush());
  }

  #rest(): void {
    this.#timer?.();
    this.#timer = undefined;
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
