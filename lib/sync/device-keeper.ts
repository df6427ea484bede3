import { type Position, type Task, taskKey, type Undo } from '@/lib/protocol';
import {
  type ConflictReceipt,
  type Notices,
  type Patch,
  type Rejection,
  type Replica,
  resumeLane,
} from '@/lib/replica';
import { BaseKeeper } from './base-keeper';
import { ChangeJournal } from './change-journal';
import type { Device } from './device';
import { reasonOf } from './open-outbox-store';
import type { OutboxStore, StoredChange } from './outbox-store';
import { restoreBase } from './restore-base';

/** How often is looked for changes that a dead tab left, milliseconds; where locks exist it is known at once. */
export const ADOPT_INTERVAL_MS = 15_000;

/** Own changes wait at most this long for what an earlier page left, which goes first, milliseconds. */
export const LOAD_DEADLINE_MS = 5_000;

/** What the keeper needs of its session. */
export interface KeeperPort<T extends Task> {
  readonly device: Device<T>;
  readonly replica: Replica<T>;
  readonly notices: Notices;
  readonly change: (apply: (patch: Patch<T>) => void) => void;
  /** Has the server said anything yet? */
  readonly hasSpoken: () => boolean;
  /** Has a whole list come from the server? */
  readonly isKnown: () => boolean;
  readonly positions: () => Readonly<Record<string, Position>> | undefined;
  /** A base of earlier is shown; it stands at these positions. */
  readonly onRestored: (positions: Readonly<Record<string, Position>>) => void;
  /** More is kept of these tasks, or changes of theirs may be sent now. */
  readonly onKept: (keys: ReadonlySet<string>) => void;
  readonly now: () => number;
  readonly setTimer: (ms: number, run: () => void) => Undo;
  readonly delayOf: (failures: number) => number;
}

/** Joins a session with its device: brings back what was kept, and keeps what comes. */
export interface DeviceKeeper<T extends Task> {
  /** Follows a change of the replica. */
  note(patch: Patch<T>): void;
  refuse(rejection: Rejection<T>): void;
  /** Keeps receipts that say more than before. */
  renew(receipts: readonly ConflictReceipt[]): void;
  drop(ids: ReadonlySet<string>): void;
  /** Are all own changes of a task written to this device? */
  isKept(key: string): boolean;
  maySend(key: string, mutationId: string): boolean;
  /** Is what an earlier page left laid over the tasks, or given up? */
  isLoaded(): boolean;
  /** Looks for changes that nobody cares for. */
  adopt(): void;
  dispose(): void;
}

/** Creates the keeper; it opens the device at once. */
export function createDeviceKeeper<T extends Task>(port: KeeperPort<T>): DeviceKeeper<T> {
  const { device, replica, notices, change, setTimer } = port;
  const { tabs, wallNow } = device;
  const onTrouble = (problem: string | null) => notices.setDevice({ problem });
  let isTaking = false;
  const hide = () => {
    if (!isTaking) tabs.hide();
  };
  const journal = new ChangeJournal<T>({ ...port, tabs: { ...tabs, hide }, wallNow, onTrouble });
  const base = new BaseKeeper<T>({ ...port, wallNow });
  const undos: Undo[] = [device.onLeave(() => base.flush()), tabs.onAnnounced((tab) => watch(tab))];
  const watched = new Map<string, Undo>();
  let store: OutboxStore<T> | undefined;
  let isDisposed = false;
  let isLoaded = false;
  let cancelScan: Undo | undefined;

  const loaded = () => {
    cancelWait();
    if (isLoaded || isDisposed) return;
    isLoaded = true;
    port.onKept(new Set(replica.pending.keys()));
  };
  const cancelWait = setTimer(LOAD_DEADLINE_MS, loaded);

  notices.setDevice({ keeps: 'opening' });
  void device.open().then(({ store: opened, problem }) => {
    if (isDisposed) {
      opened.close();
      return;
    }
    store = opened;
    if (problem !== null) onTrouble(problem);
    undos.push(
      opened.onLost(() => {
        stop();
        const reason = 'This page was replaced by a newer one in another tab, or signed out there: reload it.';
        notices.setDevice({ keeps: 'no', problem: reason });
        port.onKept(new Set(replica.pending.keys()));
      }),
    );
    const ready = () => {
      if (store === opened) notices.setDevice({ keeps: opened.isLasting ? 'yes' : 'no' });
      loaded();
    };
    void restore(opened).catch(faulty).finally(ready);
  });

  const stop = () => {
    store = undefined;
    journal.use(undefined);
    base.use(undefined);
    cancelScan?.();
  };

  /** Brings everything back in one go, so that nothing of it is painted alone. */
  const restore = async (from: OutboxStore<T>) => {
    const [kept, stored, adoption] = await Promise.all([
      from.readNotices().catch(faulty),
      port.hasSpoken() ? undefined : from.readBase().catch(() => undefined),
      take(from).catch(faulty),
    ]);
    if (isDisposed) tabs.hide();
    if (isDisposed || store === undefined) return;
    if (stored !== undefined && !port.hasSpoken()) {
      change((patch) => {
        restoreBase(replica, stored, patch);
        port.onRestored(stored.positions);
        if (adoption) lay(adoption, patch);
      });
      base.resume();
      notices.setDevice({ lastKnownAt: stored.savedAt });
    } else if (adoption) {
      change((patch) => lay(adoption, patch));
    }
    if (kept) {
      notices.addReceipts(kept.receipts);
      notices.addRejections(kept.rejections);
    }
    journal.use(from);
    base.use(from);
    journal.rest();
    scanLater();
  };

  /** Takes over what nobody cares for. */
  const take = async (from: OutboxStore<T>): Promise<readonly StoredChange<T>[]> => {
    // Shown first: a tab that takes over and is not seen to live would be taken over itself.
    isTaking = true;
    await tabs.show();
    const isFree = from.isLasting ? await tabs.findAbandoned() : () => true;
    const { changes, others, damaged } = await from.adopt(tabs.id, isFree).finally(() => {
      isTaking = false;
    });
    if (damaged > 0) {
      const what = damaged === 1 ? '1 change' : `${damaged} changes`;
      onTrouble(`${what} kept on this device could not be read and ${damaged === 1 ? 'was' : 'were'} put aside.`);
    }
    if (changes.length > 0) tabs.announce();
    for (const tab of others) watch(tab);
    return changes;
  };

  /** Takes over what a tab leaves, as soon as it is gone. */
  const watch = (tab: string) => {
    if (watched.has(tab)) return;
    const gone = () => {
      watched.delete(tab);
      keeper.adopt();
    };
    watched.set(tab, tabs.onGone(tab, gone));
  };

  const lay = (changes: readonly StoredChange<T>[], patch: Patch<T>) => {
    journal.resume(changes, keyOf);
    const lanes = new Map<string, StoredChange<T>[]>();
    for (const each of changes) lanes.set(keyOf(each), [...(lanes.get(keyOf(each)) ?? []), each]);
    for (const lane of lanes.values()) resumeLane(replica, lane, port.isKnown(), port.now(), patch);
  };

  const faulty = (error: unknown) => {
    if (!isDisposed && store !== undefined) onTrouble(reasonOf(error));
    return undefined;
  };

  const scanLater = () => {
    cancelScan?.();
    cancelScan = setTimer(ADOPT_INTERVAL_MS, () => keeper.adopt());
  };

  const keeper: DeviceKeeper<T> = {
    note(patch) {
      journal.note(patch.touched, patch.receipts);
      base.note(patch);
    },
    refuse: (rejection) => journal.refuse(rejection),
    renew: (receipts) => journal.note([], receipts),
    drop: (ids) => journal.drop(ids),
    isKept: (key) => journal.isKept(key),
    isLoaded: () => isLoaded,
    maySend: (key, mutationId) => isLoaded && journal.maySend(key, mutationId),
    adopt() {
      const from = store;
      if (from === undefined) return;
      scanLater();
      void take(from)
        .then((changes) => {
          if (changes.length > 0 && !isDisposed) change((patch) => lay(changes, patch));
          journal.rest();
          port.onKept(new Set(changes.map(keyOf)));
        })
        .catch(faulty);
    },
    dispose() {
      isDisposed = true;
      cancelWait();
      cancelScan?.();
      for (const undo of [...undos, ...watched.values()]) undo();
      base.flush();
      const last = store;
      void journal.finish().finally(() => last?.close());
    },
  };
  return keeper;
}

function keyOf(change: StoredChange): string {
  return taskKey(change.mutation.taskId);
}
