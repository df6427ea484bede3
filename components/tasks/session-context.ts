'use client';

import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session, SyncStatus } from '@/lib/sync';

/** The session of the nearest `TaskSyncProvider`; `null` while it is being made, `undefined` where nobody is signed in. */
export const SessionContext = createContext<Session | null | undefined>(undefined);

const OFF: SyncStatus = { state: 'off' };
const CONNECTING: SyncStatus = { state: 'connecting' };
const never = () => () => {};

/** What can be said of the data at this moment; *connecting* on the server and before the first effect, so that nothing flashes. */
export function useSyncStatus(): SyncStatus {
  const session = useContext(SessionContext);
  const before = session === undefined ? OFF : CONNECTING;
  return useSyncExternalStore(
    session ? (listener) => session.onStatus(listener) : never,
    () => session?.getStatus() ?? before,
    () => before,
  );
}
