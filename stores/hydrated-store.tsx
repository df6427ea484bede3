'use client';

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand';

/**
 * What the first render of a subtree reads in place of the store: the server's props. The store of a module is shared by
 * all requests of a server, so nothing of one person may ever be written into it there ([RX3]).
 */
export interface FirstState<S> {
  readonly state: S;
  /** Set by whoever filled the store, once it holds the same facts. Readers go over to the store with the next render. */
  taken: boolean;
}

/** A hook that reads the whole state or what a selector takes from it. */
export interface StoreHook<S> {
  (): S;
  <U>(selector: (state: S) => U): U;
}

/** The parts that {@link createHydratedStore} makes. */
export interface HydratedStore<S> {
  readonly useStore: StoreHook<S>;
  /** Gives a subtree its first state. */
  readonly FirstStateProvider: (props: { readonly first: FirstState<S>; readonly children: ReactNode }) => ReactNode;
}

/**
 * Makes a hook over a Zustand store whose server render, hydration and first client frame read the nearest
 * {@link FirstState}; after that, and without one, it reads the store.
 */
export function createHydratedStore<S>(store: StoreApi<S>): HydratedStore<S> {
  const Context = createContext<FirstState<S> | null>(null);

  function useStore(): S;
  function useStore<U>(selector: (state: S) => U): U;
  function useStore<U>(selector?: (state: S) => U): S | U {
    const first = useContext(Context);
    const select = (state: S) => (selector === undefined ? state : selector(state));
    return useSyncExternalStore(
      store.subscribe,
      () => select(first === null || first.taken ? store.getState() : first.state),
      () => select(first?.state ?? store.getInitialState()),
    );
  }

  function FirstStateProvider({ first, children }: { readonly first: FirstState<S>; readonly children: ReactNode }) {
    return <Context value={first}>{children}</Context>;
  }

  return { useStore, FirstStateProvider };
}
