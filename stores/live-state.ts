import type { StoreApi } from 'zustand';
import type { Task } from '@/lib/protocol';
import { type TaskPort, waitingCount } from '@/lib/replica';
import type { OwnData, Snapshots } from './task-store-snapshot';
import type { TaskStoreState } from './task-store-state';

type Api<T extends Task> = Pick<StoreApi<TaskStoreState<T>>, 'getState' | 'setState'>;

/** The state of a store whose tasks change beneath it. */
export interface LiveState<T extends Task> extends Api<T> {
  /** Something changed that listeners have not been told of. */
  touch(): void;
  /** Takes a state to be what is known from now on; listeners hear of it with the next {@link tell}. */
  reset(own: OwnData<T>): void;
  /** Tells listeners what they have not been told. */
  tell(): void;
}

/**
 * What is read is always current, also between a change and the moment at which listeners are told; and yet a burst of
 * changes makes few states: one for each time that listeners are told, and one more where anything but the tasks changed
 * in between, since these are read from the table whichever state is asked ([RX29]).
 */
export function createLiveState<T extends Task>(
  inner: Api<T>,
  snapshotOf: Snapshots<T>,
  port: () => TaskPort<T>,
): LiveState<T> {
  let current = inner.getState();
  /** May anything but the tasks be other than in `current`? */
  let isStale = false;
  /** Did anything change since `current` was made? */
  let isUntold = false;

  const make = (own: OwnData<T>) => {
    const bound = port();
    isStale = false;
    current = snapshotOf(own, bound.getFacts(), waitingCount(bound.replica));
  };
  const refresh = () => make({ ...ownOf(current), loading: !port().isReady() });
  const isFactual = () => {
    const bound = port();
    const facts = bound.getFacts();
    return (
      current.receipts === facts.receipts &&
      current.rejections === facts.rejections &&
      current.device === facts.device &&
      current.loading === !bound.isReady() &&
      current.waiting === waitingCount(bound.replica)
    );
  };
  const getState = () => {
    if (!isStale) return current;
    isStale = false;
    if (!isFactual()) refresh();
    return current;
  };

  return {
    getState,
    setState(partial) {
      const state = getState();
      const data = typeof partial === 'function' ? partial(state) : partial;
      const wanted = { ...state, ...data };
      current = snapshotOf(wanted, wanted, wanted.waiting);
      isUntold = false;
      inner.setState(current, true);
    },
    touch() {
      isStale = true;
      isUntold = true;
    },
    reset(own) {
      make(own);
      isStale = true;
      isUntold = true;
    },
    tell() {
      if (!isUntold) return;
      isUntold = false;
      refresh();
      inner.setState(current, true);
    },
  };
}

function ownOf<T extends Task>({ loading, error, filters, wsEnabled }: OwnData<T>): OwnData<T> {
  return { loading, error, filters, wsEnabled };
}
