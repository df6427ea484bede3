'use client';

import { type ReactNode, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { native } from '@/lib/connectors';
import type { Connector, TaskList } from '@/lib/protocol';
import { acquireSession, type Session } from '@/lib/sync';
import { TaskFirstState, useTaskStore } from '@/stores/task-store';
import type { TaskStoreState } from '@/stores/task-store-state';
import type { FirstState } from '@/stores/use-first-or-store';
import { announceChanges } from './announce-changes';
import { SessionContext } from './session-context';

/** What {@link TaskSyncProvider} takes. */
export interface TaskSyncProviderProps {
  /** Whose tasks these are; `null` while nobody is signed in: nothing is opened. A change of it changes everything. */
  readonly userId: string | null;
  /** May the socket be open? Default `true`. Own changes are sent either way. */
  readonly enabled?: boolean;
  /**
   * What the server already read, with its positions: the first paint shows it and the connection goes on from there.
   * Only the first value for a user counts. Default: the connection brings everything.
   */
  readonly initial?: TaskList | undefined;
  /** How to talk to the server. Default: Taskwire's own service at `NEXT_PUBLIC_WEBSOCKET_URL`, token from `/api/token`. */
  readonly connector?: Connector;
  readonly children: ReactNode;
}

/**
 * Keeps `useTaskStore` the same as the server for everything inside it and tells people what changed (seed 001). Put it
 * around the task pages, once. Providers of the same user and server share one connection.
 */
export function TaskSyncProvider({ userId, enabled = true, initial, connector, children }: TaskSyncProviderProps) {
  const [usedConnector] = useState(() => connector ?? native());
  const [session, setSession] = useState<Session | null>(null);
  const [start, setStart] = useState({ userId, initial });
  // What was read for one user must never be shown to the next.
  if (start.userId !== userId) setStart({ userId, initial });
  const first = useMemo(() => firstStateOf(start.userId, start.initial), [start]);

  // A layout effect: it fills the store before the readers below look at it, and before the browser paints.
  useLayoutEffect(() => {
    const { userId } = start;
    if (userId === null) {
      first.taken = true;
      return;
    }
    const lease = acquireSession({ userId, connector: usedConnector, initial: start.initial });
    const unbind = useTaskStore.bind(lease.session);
    const silence = announceChanges(lease.session, () => useTaskStore.getState().wsEnabled);
    first.taken = true;
    setSession(lease.session);
    return () => {
      setSession(null);
      silence();
      unbind();
      lease.release();
    };
  }, [start, usedConnector, first]);

  useEffect(() => {
    if (enabled) session?.connection.connect();
    else session?.connection.disconnect();
  }, [session, enabled]);

  return (
    <SessionContext value={userId === null ? undefined : session}>
      <TaskFirstState value={first}>{children}</TaskFirstState>
    </SessionContext>
  );
}

function firstStateOf(userId: string | null, initial: TaskList | undefined): FirstState<TaskStoreState> {
  const loading = userId !== null && initial === undefined;
  return { state: { ...useTaskStore.getInitialState(), tasks: initial?.tasks ?? [], loading }, taken: false };
}
