'use client';

import { useContext, useMemo, useSyncExternalStore } from 'react';
import { taskKey } from '@/lib/protocol';
import { TaskFirstState, useTaskStore } from './task-store';

/** Ids in chunks: render one memoised component per chunk, and a change of membership renders that chunk alone. */
export type TaskIdChunks = readonly (readonly string[])[];

const subscribe = (listener: () => void) => useTaskStore.ids().subscribe(listener);

/** The ids of all tasks in the order in which they became known; renders again only when one came or went ([RX15]). */
export function useTaskIds(): TaskIdChunks {
  const first = useContext(TaskFirstState);
  const firstChunks = useMemo((): TaskIdChunks => [first?.state.tasks.map(({ id }) => taskKey(id)) ?? []], [first]);
  return useSyncExternalStore(
    subscribe,
    () => (first === null || first.taken ? useTaskStore.ids().chunks() : firstChunks),
    () => firstChunks,
  );
}
