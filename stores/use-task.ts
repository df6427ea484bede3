'use client';

import { useCallback, useContext, useSyncExternalStore } from 'react';
import type { Task, TaskId } from '@/lib/protocol';
import { firstTask } from './first-task';
import { TaskFirstState, useTaskStore } from './task-store';

/** One task as it is shown, or `undefined`; renders again only when that task changes ([RX15]). */
export function useTask(id: TaskId): Task | undefined {
  const first = useContext(TaskFirstState);
  const subscribe = useCallback((listener: () => void) => useTaskStore.subscribeTask(id, listener), [id]);
  const findFirst = () => firstTask(first, id);
  return useSyncExternalStore(
    subscribe,
    () => (first === null || first.taken ? useTaskStore.getTask(id) : findFirst()),
    findFirst,
  );
}
