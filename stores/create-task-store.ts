import { createStore, type StoreApi } from 'zustand';
import { type Task, type TaskId, taskKey, type Undo } from '@/lib/protocol';
import {
  createLocalPort,
  createTurnCoalescer,
  type Patch,
  type ScheduleTurn,
  type TaskPort,
  type TaskSafety,
} from '@/lib/replica';
import { createIdList, type IdList } from './id-list';
import { KeyedListeners } from './keyed-listeners';
import { createLiveState } from './live-state';
import { createTaskActions } from './task-actions';
import { createSnapshots, EMPTY_DATA, EMPTY_FACTS } from './task-store-snapshot';
import type { TaskStoreActions, TaskStoreState } from './task-store-state';

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
  ids(): IdList<T>;
  /** Tells listeners now of what would be told at the end of the turn; for tests and for measuring a layout. */
  flush(): void;
}

/** How a store is made; all optional. */
export interface TaskStoreOptions {
  /** When the turn is over. Default: after the present task of the event loop. */
  readonly scheduleTurn?: ScheduleTurn;
}

/** Creates a task store for an application's own task type; most applications use the ready-made `useTaskStore`. */
export function createTaskStore<T extends Task = Task>({ scheduleTurn }: TaskStoreOptions = {}): TaskStore<T> {
  const rows = new KeyedListeners();
  const members = new KeyedListeners();
  const safeties = new KeyedListeners();
  let port: TaskPort<T>;
  const touched = new Set<string>();
  const unsafe = new Set<string>();
  let haveMembersChanged = false;

  const actions: TaskStoreActions<T> = createTaskActions<T>(
    (data) => state.setState(data),
    () => state.getState(),
    () => port,
  );
  const snapshotOf = createSnapshots(() => port, actions);
  const store = createStore<TaskStoreState<T>>()(() => snapshotOf(EMPTY_DATA, EMPTY_FACTS, 0));
  const state = createLiveState(store, snapshotOf, () => port);

  const news = createTurnCoalescer(() => {
    const membersChanged = haveMembersChanged;
    haveMembersChanged = false;
    state.tell();
    emitAll(rows, touched);
    emitAll(safeties, unsafe);
    if (membersChanged) members.emit(MEMBERS);
  }, scheduleTurn);

  const show = (patch: Patch<T>) => {
    for (const { key } of patch.shown) if (rows.has(key)) touched.add(key);
    for (const key of patch.touched) if (safeties.has(key)) unsafe.add(key);
    if (patch.hasOtherMembers) haveMembersChanged = true;
    state.touch();
    news.touch();
  };
  const showSafety = (keys: Iterable<string>) => {
    for (const key of keys) if (safeties.has(key)) unsafe.add(key);
    if (unsafe.size > 0) news.touch();
  };
  const showFacts = () => {
    state.touch();
    showSafety(safeties.keys());
    news.touch();
  };
  const showAll = () => {
    for (const key of rows.keys()) touched.add(key);
    for (const key of safeties.keys()) unsafe.add(key);
    haveMembersChanged = true;
    state.touch();
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
      next.onRejected(({ reason }) => state.setState({ error: reason } as Partial<TaskStoreState<T>>)),
    ];
    for (const mutation of local.drain()) next.submit(mutation);
    announceBound(next);
    showAll();
    return () => {
      if (port !== next) return;
      for (const undo of undos.splice(0)) undo();
      local = openLocalPort();
      port = local;
      state.reset({ ...EMPTY_DATA, wsEnabled: state.getState().wsEnabled });
      showAll();
    };
  };

  const ids = createIdList(
    () => port.replica.table,
    (listener) => members.add(MEMBERS, listener),
  );
  return {
    ...store,
    getState: state.getState,
    setState: state.setState,
    bind,
    getTask: (id) => port.replica.table.get(id),
    subscribeTask: (id, listener) => rows.add(taskKey(id), listener),
    getTaskSafety: (id) => port.safetyOf(id),
    subscribeTaskSafety: (id, listener) => safeties.add(taskKey(id), listener),
    ids: () => ids,
    flush: news.flush,
  };
}

const MEMBERS = '';

/** Tells the listeners of each key once and empties the set; what comes meanwhile is told next time. */
function emitAll(listeners: KeyedListeners, keys: Set<string>): void {
  if (keys.size === 0) return;
  const told = [...keys];
  keys.clear();
  for (const key of told) listeners.emit(key);
}
