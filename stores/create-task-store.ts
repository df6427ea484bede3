import { create, type StoreApi } from 'zustand';
import type { Task, Undo } from '@/lib/protocol';
import { type ConflictReceipt, createLocalPort, type Patch, type TaskPort, viewAll, waitingCount } from '@/lib/replica';
import { createTaskActions } from './task-actions';
import { NO_FILTERS } from './task-filters';
import type { TaskStoreData, TaskStoreState } from './task-store-state';

/** A Zustand store over a replica that somebody else owns. */
export interface TaskStore<T extends Task = Task> extends StoreApi<TaskStoreState<T>> {
  /**
   * Shows the tasks of a port (a session) from now on; own changes made before are handed to it. The undo empties the
   * store: the next user must not see what this one saw ([RP13]).
   */
  bind(port: TaskPort<T>): Undo;
}

/** The state that every store starts with. */
export const EMPTY_DATA: TaskStoreData<never> = {
  tasks: [],
  loading: false,
  error: null,
  filters: NO_FILTERS,
  wsEnabled: true,
  waiting: 0,
  receipts: [],
};

/** Creates a task store for an application's own task type; most applications use the ready-made `useTaskStore`. */
export function createTaskStore<T extends Task = Task>(): TaskStore<T> {
  let announceBound: (port: TaskPort<T>) => void = () => {};
  const createUnbound = () => {
    const bound = new Promise<TaskPort<T>>((resolve) => {
      announceBound = resolve;
    });
    return createLocalPort<T>(() => bound);
  };

  let local = createUnbound();
  let port: TaskPort<T> = local;
  const store = create<TaskStoreState<T>>()((set, get) => ({
    ...EMPTY_DATA,
    ...createTaskActions<T>(
      (data) => set(data as Partial<TaskStoreState<T>>),
      get,
      () => port,
    ),
  }));

  const show = (patch?: Patch<T>) => {
    store.setState((state) => ({
      ...(patch === undefined || patch.touched.size > 0 ? { tasks: viewAll(port.replica) } : undefined),
      waiting: waitingCount(port.replica),
      loading: !port.isReady(),
      ...(patch !== undefined && patch.receipts.length > 0 && { receipts: merged(state.receipts, patch.receipts) }),
    }));
  };
  local.onPatch(show);

  const bind = (next: TaskPort<T>): Undo => {
    port = next;
    const undos = [next.onPatch(show), next.onRejected(({ reason }) => store.setState({ error: reason }))];
    for (const mutation of local.drain()) next.submit(mutation);
    announceBound(next);
    show();
    return () => {
      if (port !== next) return;
      for (const undo of undos.splice(0)) undo();
      local = createUnbound();
      local.onPatch(show);
      port = local;
      const { wsEnabled } = store.getState();
      store.setState({ ...EMPTY_DATA, wsEnabled });
    };
  };
  return Object.assign(store, { bind });
}

function merged(old: readonly ConflictReceipt[], added: readonly ConflictReceipt[]): readonly ConflictReceipt[] {
  const byId = new Map([...old, ...added].map((receipt) => [receipt.id, receipt]));
  return [...byId.values()];
}
