import { createStore, type StateCreator, type StoreApi, type StoreMutatorIdentifier } from 'zustand';
import type { Task } from '@/lib/protocol';
import { LiveState } from './live-state';
import { EMPTY_DATA, EMPTY_FACTS, type PortHolder, TaskStoreSnapshot } from './task-store-snapshot';
import type { TaskStoreActions, TaskStoreState } from './task-store-state';

/**
 * Puts Zustand middleware around the state of a task store, as in `(state) => devtools(persist(state, { name: 'list' }))`.
 * What a middleware adds to a store (`persist`, `devtools`) is on the task store too, though not in its type.
 */
export type Enhance<T extends Task> = (
  state: StateCreator<TaskStoreState<T>>,
) => StateCreator<TaskStoreState<T>, [], [StoreMutatorIdentifier, unknown][]>;

/** A Zustand store and the state behind it. */
export interface LiveStore<T extends Task> {
  readonly store: StoreApi<TaskStoreState<T>>;
  readonly state: LiveState<T>;
}

/**
 * Creates the Zustand store of a task store. Whatever sets its state, a middleware included, sets the part that is the
 * store's own: the tasks, and what the port says of them, are read from the port ([RX31]).
 */
export function createLiveStore<T extends Task>(
  holder: PortHolder<T>,
  actions: TaskStoreActions<T>,
  enhance: Enhance<T> = (state) => state,
): LiveStore<T> {
  const first = new TaskStoreSnapshot<T>(holder, actions, EMPTY_DATA, EMPTY_FACTS, 0);
  const made: { state?: LiveState<T> } = {};
  const store = createStore<TaskStoreState<T>>()((_set, _get, api) => {
    const publish = api.setState;
    const state = new LiveState<T>(first, holder, {
      publish: (next) => publish(next, true),
      announce: (next) => api.setState(next, true),
    });
    made.state = state;
    api.getState = () => state.get();
    api.setState = (partial, replace) => state.set(partial, replace);
    enhance(() => first)(api.setState, api.getState, api);
    // A middleware that knew more, as from a storage, has set it by now.
    return state.get();
  });
  if (made.state === undefined) throw new Error('Zustand made no state.');
  return { store, state: made.state };
}
