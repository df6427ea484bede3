'use client';

import { createContext } from 'react';
import { createStore } from 'zustand';
import { type FirstState, type StoreHook, useFirstOrStore } from './use-first-or-store';

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

/** Gives a subtree the user that the server rendered with. */
export const AuthFirstState = createContext<FirstState<AuthState> | null>(null);

function useStore(): AuthState;
function useStore<U>(selector: (state: AuthState) => U): U;
function useStore<U>(selector?: (state: AuthState) => U): AuthState | U {
  return useFirstOrStore<AuthState, AuthState | U>(AuthFirstState, store, selector ?? ((state) => state));
}

/** The auth store of this tab: a Zustand store and a hook at once. */
export const useAuthStore: StoreHook<AuthState> & typeof store = Object.assign(useStore, store);
