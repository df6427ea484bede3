'use client';

import { useEffect } from 'react';
import { useLasting } from '@/components/tasks/use-lasting';
import { useTaskStore } from '@/stores/task-store';
import { NoticeCard } from './notice-card';
import { UNSAVED_PATIENCE_MS } from './safety-mark';

/**
 * Says when this device can't keep what the service has not got ([OB10]): full, forbidden, taken by another tab. While
 * changes live in this page only, leaving it is asked about.
 */
export function DeviceNotice() {
  const { keeps, problem } = useTaskStore((state) => state.device);
  const waiting = useTaskStore((state) => state.waiting);
  const isFragile = waiting > 0 && (keeps === 'no' || problem !== null);
  useEffect(() => {
    if (!isFragile) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isFragile]);

  // Where all is well but for the storage, a change is sent before anybody could read of it.
  const fate = useLasting(isFragile, UNSAVED_PATIENCE_MS)
    ? waiting === 1
      ? 'One change lives in this page only until it is sent: keep the page open.'
      : `${waiting} changes live in this page only until they are sent: keep the page open.`
    : '';
  if (problem === null && fate === '') return null;
  return (
    <div className="mt-4">
      <NoticeCard text={[problem, fate].filter(Boolean).join(' ')} tone="caution" />
    </div>
  );
}
