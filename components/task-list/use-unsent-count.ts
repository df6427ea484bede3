'use client';

import { useCallback, useEffect, useState } from 'react';
import { countUnsentChanges } from '@/lib/sync';
import { useTaskStore } from '@/stores/task-store';

/**
 * How many changes of a person the service has not got, those of other tabs included. `count()` finds out now; while
 * `isWatched`, the number follows what is sent meanwhile.
 */
export function useUnsentCount(userId: string | null, isWatched: boolean) {
  const waiting = useTaskStore((state) => state.waiting);
  const [unsent, setUnsent] = useState(0);
  const count = useCallback(async () => {
    // What could not be written is in this page only, what other tabs wrote is on the device only.
    const kept = userId === null ? 0 : await countUnsentChanges(userId).catch(() => 0);
    const now = Math.max(kept, useTaskStore.getState().waiting);
    setUnsent(now);
    return now;
  }, [userId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of this tab's own number is a reason to count anew.
  useEffect(() => {
    if (isWatched) void count();
  }, [isWatched, count, waiting]);
  return { unsent, count };
}
