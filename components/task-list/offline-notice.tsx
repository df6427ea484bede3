'use client';

import { useEffect, useState } from 'react';
import { useSyncStatus } from '@/components/tasks/session-context';
import { useLasting } from '@/components/tasks/use-lasting';
import type { SyncStatus } from '@/lib/sync';
import { useTaskStore } from '@/stores/task-store';
import { ageText } from './age-text';
import { NoticeCard } from './notice-card';

/** How long a connection may be lost before the page says more than its indicator, milliseconds ([NT10]). */
export const LOST_PATIENCE_MS = 4_000;

const AGE_STEP_MS = 30_000;

/**
 * What a person without a connection wants to know: how old is what is shown ([OB19]), and what becomes of what they do. The
 * age is said at once, the rest only when the connection stays away; everything goes the moment it is back.
 */
export function OfflineNotice() {
  const status = useSyncStatus();
  const lastKnownAt = useTaskStore((state) => state.device.lastKnownAt);
  const keeps = useTaskStore((state) => state.device.keeps === 'yes' && state.device.problem === null);
  const isLost = useLasting(isAway(status), LOST_PATIENCE_MS);
  const age = useAge(lastKnownAt);
  if (age === undefined && !isLost) return null;
  const what = keeps
    ? 'What you change is kept on this device and sent when the connection is back.'
    : 'What you change is sent when the connection is back; keep this page open until then.';
  return (
    <div className="mt-4">
      <NoticeCard
        text={
          <>
            {age === undefined
              ? 'No connection to the task service.'
              : `Last updated ${age}, showing what this device has.`}
            {isLost && ` ${what}`}
          </>
        }
        tone="caution"
      />
    </div>
  );
}

function isAway({ state }: SyncStatus): boolean {
  return state === 'waiting' || state === 'connecting' || state === 'stopped';
}

function useAge(at: number | null): string | undefined {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), AGE_STEP_MS);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? undefined : ageText(at, now);
}
