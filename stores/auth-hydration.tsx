'use client';

import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { AuthFirstStateProvider, type AuthUser, useAuthStore } from './auth-store';
import type { FirstState } from './hydrated-store';

/** Puts the server's user into the auth store: `useAuthStore` knows the person from the first render on. */
export function AuthHydration({ user, children }: { readonly user: AuthUser | null; readonly children: ReactNode }) {
  const first = useMemo(
    (): FirstState<ReturnType<typeof useAuthStore.getState>> => ({
      state: { ...useAuthStore.getInitialState(), user },
      taken: false,
    }),
    [user],
  );
  useLayoutEffect(() => {
    useAuthStore.getState().setUser(user);
    first.taken = true;
  }, [first, user]);
  return <AuthFirstStateProvider first={first}>{children}</AuthFirstStateProvider>;
}
