'use client';

import { type ReactNode, useState } from 'react';
import { TaskSyncProvider } from '@/components/tasks/task-sync-provider';
import { realTimeSync, syncService, taskmd, taskUpdate, todo } from '@/lib/connectors';
import { fetchToken } from '@/lib/connectors/native';
import type { Connector } from '@/lib/protocol';

/** Which server, told by the page that knows the environment. */
export interface OtherServerProps {
  readonly kind: 'sync-service' | 'task-update' | 'real-time-sync' | 'taskmd' | 'todo';
  readonly baseUrl: string;
  readonly projectId: string;
  readonly userId: string;
  /** Is there a token to be shown to it? */
  readonly hasToken: boolean;
  readonly children: ReactNode;
}

/** Keeps the tasks the same as those of a server that is not Taskwire's. */
export function OtherServerProvider({ userId, children, ...server }: OtherServerProps) {
  const [connector] = useState(() => connectorOf(server));
  return (
    <TaskSyncProvider userId={userId} connector={connector}>
      {children}
    </TaskSyncProvider>
  );
}

function connectorOf({ kind, baseUrl, projectId, hasToken }: Omit<OtherServerProps, 'userId' | 'children'>): Connector {
  const options = { baseUrl, ...(hasToken && { getToken: fetchToken }) };
  switch (kind) {
    case 'sync-service':
      return syncService(options);
    case 'task-update':
      return taskUpdate(options);
    case 'real-time-sync':
      return realTimeSync(options);
    case 'taskmd':
      return taskmd({ ...options, projectId });
    case 'todo':
      return todo(options);
  }
}
