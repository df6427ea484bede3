import type { StoreApi } from 'zustand';
import { type Task, type TaskId, taskKey, type Undo } from '@/lib/protocol';
import { createLocalPort, type ScheduleTurn, type TaskPort, type TaskSafety } from '@/lib/replica';
import { boundInTime } from './bound-in-time';
import { createLiveStore, type Enhance } from './create-live-store';
import { createIdList, type IdList } from './id-list';
import type { StatePart } from './live-state';
import { MEMBERS, StoreNews } from './store-news';
import { createTaskActions } from './task-actions';
import { NO_FILTERS, type TaskFilters } from './task-filters';
import { EMPTY_DATA, type PortHolder } from './task-store-snapshot';
import type { TaskStoreActions, TaskStoreState } from './task-store-state';
import type { TaskView } from './task-view';
import { TaskViews } from './task-views';

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
  /**
   * Called with the keys of the tasks that changed, came or went, in one array for all that are told together; with
   * `null` where any may have: the store shows another user's tasks now.
   */
  subscribeTasks(listener: (keys: readonly string[] | null) => void): Undo;
  /** How safe the user's own changes of a task are. */
  getTaskSafety(id: TaskId): TaskSafety;
  /** Called when that may have changed; costs nothing while others change. */
  subscribeTaskSafety(id: TaskId, listener: () => void): Undo;
  /** The ids of all tasks; the same object for the store's life. */
  ids(): IdList<T>;
  /**
   * What filters let through, in the order of the list; what is not given lets everything through. It keeps up with each
   * change while somebody listens to it ([RP22]).
   */
  view(filters: Partial<TaskFilters>): TaskView<T>;
  /** Tells listeners now of what would be told at the end of the turn; for tests and for measuring a layout. */
  flush(): void;
}

/** How a store is made; all optional. */
export interface TaskStoreOptions<T extends Task = Task> {
  /** When the turn is over. Default: after the present task of the event loop. */
  readonly scheduleTurn?: ScheduleTurn;
  /**
   * Zustand middleware around the state. With `persist` give a `partialize` that names what is to be kept, as
   * `({ filters, wsEnabled }) => ({ filters, wsEnabled })`: the tasks themselves are kept by the session. Default: none.
   */
  readonly enhance?: Enhance<T>;
}

/** Creates a task store for an application's own task type; most applications use the ready-made `useTaskStore`. */
export function createTaskStore<T extends Task = Task>({
  scheduleTurn,
  enhance,
}: TaskStoreOptions<T> = {}): TaskStore<T> {
  let announceBound: (bound: TaskPort<T>) => void = () => {};
  const openLocalPort = () => {
    const bound = new Promise<TaskPort<T>>((resolve) => {
      announceBound = resolve;
    });
    return createLocalPort<T>(() => boundInTime(bound));
  };
  let local = openLocalPort();
  const holder: PortHolder<T> = { port: local, readings: new Set() };
  const actions: TaskStoreActions<T> = createTaskActions<T>(
    (data) => store.setState(data as StatePart<T>),
    () => state.get(),
    holder,
  );
  const views = new TaskViews<T>(() => holder.port.replica.table);
  const { store, state } = createLiveStore<T>(holder, actions, enhance);
  const news = new StoreNews<T>(state, views, scheduleTurn);
  const show = (shown: TaskPort<T>): readonly Undo[] => {
    holder.port = shown;
    // A session has a socket; what a person does is told at once all the same.
    const hasFrames = shown.userId !== null;
    return [
      shown.onPatch((patch) => news.take(patch, hasFrames && patch.isOfOthers)),
      shown.onSafety((keys) => news.takeSafety(keys)),
      shown.onFacts(() => news.takeFacts(hasFrames)),
      shown.onRejected(({ reason }) => store.setState({ error: reason } as StatePart<T>)),
    ];
  };
  show(local);

  const bind = (next: TaskPort<T>): Undo => {
    let undos = show(next);
    for (const mutation of local.drain()) next.submit(mutation);
    announceBound(next);
    news.takeAll();
    return () => {
      for (const undo of undos) undo();
      undos = [];
      if (holder.port !== next) return;
      local = openLocalPort();
      holder.readings.clear();
      show(local);
      state.reset({ ...EMPTY_DATA, wsEnabled: state.get().wsEnabled });
      news.takeAll();
    };
  };

  const ids = createIdList(
    () => holder.port.replica.table,
    (listener) => news.members.add(MEMBERS, listener),
  );
  return {
    ...store,
    bind,
    getTask: (id) => holder.port.replica.table.get(id),
    subscribeTask: (id, listener) => news.rows.add(taskKey(id), listener),
    subscribeTasks: (listener) => news.addList(listener),
    getTaskSafety: (id) => holder.port.safetyOf(id),
    subscribeTaskSafety: (id, listener) => news.safeties.add(taskKey(id), listener),
    ids: () => ids,
    view: (filters) => views.of({ ...NO_FILTERS, ...filters }),
    flush: () => news.flush(),
  };
}
