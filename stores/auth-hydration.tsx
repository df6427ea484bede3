'use client';

import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { AuthFirstState, type AuthState, type AuthUser, useAuthStore } from './auth-store';
import type { FirstState } from './use-first-or-store';

/** Puts the server's user into the auth store: `useAuthStore` knows the person from the first render on. */
export function AuthHydration({ user, children }: { readonly user: AuthUser | null; readonly children: ReactNode }) {
  const id = user?.id;
  const name = user?.name;
  const first = useMemo((): FirstState<AuthState> => {
    const known = id === undefined || name === undefined ? null : { id, name };
    return { state: { ...useAuthStore.getInitialState(), user: known }, taken: false };
  }, [id, name]);
  useLayoutEffect(() => {
    useAuthStore.getState().setUser(first.state.user);
    first.taken = true;
  }, [first]);
  return <AuthFirstState value={first}>{children}</AuthFirstState>;
}
