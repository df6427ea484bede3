'use client';

import { useContext, useMemo, useSyncExternalStore } from 'react';
import { taskKey, type Undo } from '@/lib/protocol';
import { NO_FILTERS, type TaskFilters } from './task-filters';
import { TaskFirstState, useTaskStore } from './task-store';
import { viewOfList } from './task-view';

/** Ids in chunks: render one memoised component per chunk, and a change of membership renders that chunk alone. */
export type TaskIdChunks = readonly (readonly string[])[];

interface IdSource {
  chunks(): TaskIdChunks;
  subscribe(listener: () => void): Undo;
}

/**
 * The ids of all tasks in the order in which they became known; renders again only when one came or went ([RX15]). With
 * filters: of the tasks that they let through, in the order of the list; renders again only when one of these came, went or
 * moved ([RX30]).
 */
export function useTaskIds(filters?: Partial<TaskFilters>): TaskIdChunks {
  const first = useContext(TaskFirstState);
  const isAll = filters === undefined;
  const { status, priority, search } = { ...NO_FILTERS, ...filters };
  const source = useMemo(
    (): IdSource => (isAll ? useTaskStore.ids() : useTaskStore.view({ status, priority, search })),
    [isAll, status, priority, search],
  );
  const firstChunks = useMemo((): TaskIdChunks => {
    const tasks = first?.state.tasks ?? [];
    if (isAll) return [tasks.map(({ id }) => taskKey(id))];
    return viewOfList(tasks, { status, priority, search }).chunks();
  }, [first, isAll, status, priority, search]);
  const subscribe = useMemo(() => (listener: () => void) => source.subscribe(listener), [source]);
  return useSyncExternalStore(
    subscribe,
    () => (first === null || first.taken ? source.chunks() : firstChunks),
    () => firstChunks,
  );
}
