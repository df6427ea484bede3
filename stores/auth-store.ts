'use client';

import { createStore } from 'zustand';
import { createHydratedStore, type StoreHook } from './hydrated-store';

/** Who is signed in, as far as the interface has to know; what a person may do is decided by the token at the server. */
export interface AuthUser {
  readonly id: string;
  readonly name: string;
}

/** The state of the auth store. */
export interface AuthState {
  /** `null` while nobody is signed in. */
  readonly user: AuthUser | null;
  readonly setUser: (user: AuthUser | null) => void;
}

const store = createStore<AuthState>()((set) => ({ user: null, setUser: (user) => set({ user }) }));
const hydrated = createHydratedStore<AuthState>(store);

/** The auth store of this tab: a Zustand store and a hook at once. */
export const useAuthStore: StoreHook<AuthState> & typeof store = Object.assign(hydrated.useStore, store);

/** Gives a subtree the user that the server rendered with. */
export const AuthFirstStateProvider = hydrated.FirstStateProvider;
