'use client';

import { useCallback, useSyncExternalStore } from 'react';
import type { TaskId } from '@/lib/protocol';
import type { TaskSafety } from '@/lib/replica';
import { useTaskStore } from './task-store';

/** How safe the user's own changes of a task are; renders again only when that changes. `saved` on the server. */
export function useTaskSafety(id: TaskId): TaskSafety {
  const subscribe = useCallback((listener: () => void) => useTaskStore.subscribeTaskSafety(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => useTaskStore.getTaskSafety(id), onServer);
}

function onServer(): TaskSafety {
  return 'saved';
}
