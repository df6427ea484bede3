import { createStore, type StoreApi } from 'zustand';
import { type Task, type TaskId, taskKey, type Undo } from '@/lib/protocol';
import {
  createLocalPort,
  createTurnCoalescer,
  NO_FACTS,
  type Patch,
  type ScheduleTurn,
  type TaskPort,
  type TaskSafety,
  viewAll,
  viewOf,
  waitingCount,
} from '@/lib/replica';
import { KeyedListeners } from './keyed-listeners';
import { createTaskActions } from './task-actions';
import { NO_FILTERS } from './task-filters';
import { createSnapshots } from './task-store-snapshot';
import type { TaskStoreActions, TaskStoreData, TaskStoreState } from './task-store-state';
import { TaskTable } from './task-table';

/** The ids of a store's tasks, in the order in which they became known. */
export interface IdList {
  readonly size: number;
  /** The ids from `start` to before `end`. */
  slice(start: number, end: number): string[];
  /** All ids in chunks; a chunk is the same array until a task of it comes or goes, and so is the array of chunks. */
  chunks(): readonly (readonly string[])[];
  /** Called when a task came or went, at most twice a turn. */
  subscribe(listener: () => void): Undo;
}

/** A Zustand store over a replica that somebody else owns. What is read is always current; news is told once a turn. */
export interface TaskStore<T extends Task = Task> extends StoreApi<TaskStoreState<T>> {
  /**
   * Shows the tasks of a port (a session) from now on; own changes made before are handed to it. The undo empties the
   * store: the next user must not see what this one saw ([RP13]).
   */
  bind(port: TaskPort<T>): Undo;
  /** One task as it is shown; the same object until it changes. */
  getTask(id: TaskId): T | undefined;
  /** Called when that task changed, came or went; costs nothing while others change. */
  subscribeTask(id: TaskId, listener: () => void): Undo;
  /** How safe the user's own changes of a task are. */
  getTaskSafety(id: TaskId): TaskSafety;
  /** Called when that may have changed; costs nothing while others change. */
  subscribeTaskSafety(id: TaskId, listener: () => void): Undo;
  /** The ids of all tasks; the same object for the store's life. */
  ids(): IdList;
  /** Tells listeners now of what would be told at the end of the turn; for tests and for measuring a layout. */
  flush(): void;
}

/** How a store is made; all optional. */
export interface TaskStoreOptions {
  /** When the turn is over. Default: after the present task of the event loop. */
  readonly scheduleTurn?: ScheduleTurn;
}

/** What a store knows besides its tasks. */
type Rest<T extends Task> = Omit<TaskStoreData<T>, 'tasks'>;

/** Creates a task store for an application's own task type; most applications use the ready-made `useTaskStore`. */
export function createTaskStore<T extends Task = Task>({ scheduleTurn }: TaskStoreOptions = {}): TaskStore<T> {
  const table = new TaskTable<T>();
  const rows = new KeyedListeners();
  const members = new KeyedListeners();
  const safeties = new KeyedListeners();
  let port: TaskPort<T>;
  let touched = new Set<string>();
  let unsafe = new Set<string>();
  let haveMembersChanged = false;

  const actions: TaskStoreActions<T> = createTaskActions<T>(
    (data) => setState(data),
    () => getState(),
    () => port,
  );
  const snapshotOf = createSnapshots(table, actions);
  const empty: Rest<T> = {
    loading: false,
    error: null,
    filters: NO_FILTERS,
    wsEnabled: true,
    waiting: 0,
    receipts: [],
    rejections: [],
    device: { ...NO_FACTS.device, keeps: 'opening' },
  };
  const store = createStore<TaskStoreState<T>>()(() => snapshotOf(empty));

  // Of a change that listeners have not been told of yet: what is read is made when somebody reads.
  let isStale = false;
  let untold: TaskStoreState<T> | undefined;
  const getState = (): TaskStoreState<T> => {
    if (!isStale) return untold ?? store.getState();
    isStale = false;
    const state = untold ?? store.getState();
    untold = snapshotOf({
      ...restOf(state),
      waiting: waitingCount(port.replica),
      loading: !port.isReady(),
      ...port.getFacts(),
    });
    return untold;
  };
  const setState: StoreApi<TaskStoreState<T>>['setState'] = (partial) => {
    const state = getState();
    const data = typeof partial === 'function' ? partial(state) : partial;
    untold = undefined;
    store.setState(snapshotOf({ ...restOf(state), ...data }), true);
  };

  const news = createTurnCoalescer(() => {
    const keys = touched;
    const safetyKeys = unsafe;
    const membersChanged = haveMembersChanged;
    touched = new Set();
    unsafe = new Set();
    haveMembersChanged = false;
    const state = getState();
    untold = undefined;
    store.setState(state === store.getState() ? snapshotOf(state) : state, true);
    for (const key of keys) rows.emit(key);
    for (const key of safetyKeys) safeties.emit(key);
    if (membersChanged) members.emit(MEMBERS);
  }, scheduleTurn);

  const show = (patch: Patch<T>) => {
    for (const key of patch.touched) {
      if (safeties.has(key)) unsafe.add(key);
      const change = table.put(key, viewOf(port.replica, key));
      if (change === 'none') continue;
      if (rows.has(key)) touched.add(key);
      if (change === 'members') haveMembersChanged = true;
    }
    isStale = true;
    news.touch();
  };
  const showSafety = (keys: Iterable<string>) => {
    for (const key of keys) if (safeties.has(key)) unsafe.add(key);
    if (unsafe.size > 0) news.touch();
  };
  const showFacts = () => {
    isStale = true;
    showSafety(safeties.keys());
    news.touch();
  };
  const showAll = () => {
    table.reset(viewAll(port.replica));
    touched = new Set(rows.keys());
    unsafe = new Set(safeties.keys());
    haveMembersChanged = true;
    isStale = true;
    news.touch();
  };

  let announceBound: (bound: TaskPort<T>) => void = () => {};
  const openLocalPort = () => {
    const bound = new Promise<TaskPort<T>>((resolve) => {
      announceBound = resolve;
    });
    const local = createLocalPort<T>(() => bound);
    local.onPatch(show);
    local.onFacts(showFacts);
    return local;
  };
  let local = openLocalPort();
  port = local;

  const bind = (next: TaskPort<T>): Undo => {
    port = next;
    const undos = [
      next.onPatch(show),
      next.onSafety(showSafety),
      next.onFacts(showFacts),
      next.onRejected(({ reason }) => setState({ error: reason } as Partial<Rest<T>>)),
    ];
    for (const mutation of local.drain()) next.submit(mutation);
    announceBound(next);
    showAll();
    return () => {
      if (port !== next) return;
      for (const undo of undos.splice(0)) undo();
      local = openLocalPort();
      port = local;
      untold = snapshotOf({ ...empty, wsEnabled: getState().wsEnabled });
      showAll();
    };
  };

  const ids: IdList = {
    get size() {
      return table.size;
    },
    slice: (start, end) => table.slice(start, end),
    chunks: () => table.chunks(),
    subscribe: (listener) => members.add(MEMBERS, listener),
  };
  return {
    ...store,
    getState,
    setState,
    bind,
    getTask: (id) => table.get(id),
    subscribeTask: (id, listener) => rows.add(taskKey(id), listener),
    getTaskSafety: (id) => port.safetyOf(id),
    subscribeTaskSafety: (id, listener) => safeties.add(taskKey(id), listener),
    ids: () => ids,
    flush: news.flush,
  };
}

const MEMBERS = '';

function restOf<T extends Task>(data: TaskStoreData<T>): Rest<T> {
  const { loading, error, filters, wsEnabled, waiting, receipts, rejections, device } = data;
  return { loading, error, filters, wsEnabled, waiting, receipts, rejections, device };
}
