'use client';

import { type Context, useContext, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand';

/**
 * What the first render of a subtree reads in place of a store: the server's props. The store of a module is shared by all
 * requests of a server, so nothing of one person may ever be written into it there ([RX12]).
 */
export interface FirstState<S> {
  readonly state: S;
  /** Set by whoever filled the store, once it holds the same facts. Readers go over to the store with the next render. */
  taken: boolean;
}

/** A hook that reads the whole state of a store, or what a selector takes from it. */
export interface StoreHook<S> {
  (): S;
  <U>(selector: (state: S) => U): U;
}

/**
 * Reads a Zustand store; on the server, while hydrating and in the first frame after a navigation, the nearest
 * {@link FirstState} in place of it.
 */
export function useFirstOrStore<S, U>(
  context: Context<FirstState<S> | null>,
  store: StoreApi<S>,
  selector: (state: S) => U,
): U {
  const first = useContext(context);
  return useSyncExternalStore(
    store.subscribe,
    () => selector(first === null || first.taken ? store.getState() : first.state),
    () => selector(first?.state ?? store.getInitialState()),
  );
}
