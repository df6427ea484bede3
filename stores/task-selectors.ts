'use client';

import { useContext, useMemo, useSyncExternalStore } from 'react';
import type { Task } from '@/lib/protocol';
import { TaskFirstState, useTaskStore } from './task-store';
import { viewOfList } from './task-view';

/**
 * The tasks that the filters let through, in the order of the list. The same array until one of them changes; nothing is
 * filtered or sorted anew when one does ([RP22], [RX30]).
 */
export function useVisibleTasks(): readonly Task[] {
  const first = useContext(TaskFirstState);
  const filters = useTaskStore((state) => state.filters);
  const view = useMemo(() => useTaskStore.view(filters), [filters]);
  const firstTasks = useMemo(() => viewOfList(first?.state.tasks ?? [], filters).tasks(), [first, filters]);
  const subscribe = useMemo(() => (listener: () => void) => view.subscribeTasks(listener), [view]);
  return useSyncExternalStore(
    subscribe,
    () => (first === null || first.taken ? view.tasks() : firstTasks),
    () => firstTasks,
  );
}
