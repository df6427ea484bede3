'use client';

import { useMemo } from 'react';
import type { Task } from '@/lib/protocol';
import { compareTasks, matchesFilters } from './task-filters';
import { useTaskStore } from './task-store';

/** The tasks that the filters let through, in the order of the list. The same array until one of them changes. */
export function useVisibleTasks(): readonly Task[] {
  const tasks = useTaskStore((state) => state.tasks);
  const filters = useTaskStore((state) => state.filters);
  return useMemo(() => tasks.filter((task) => matchesFilters(task, filters)).sort(compareTasks), [tasks, filters]);
}
