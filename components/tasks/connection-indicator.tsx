'use client';

import { useContext } from 'react';
import type { StopReason } from '@/lib/protocol';
import type { SyncStatus } from '@/lib/sync';
import { useTaskStore } from '@/stores/task-store';
import { SessionContext, useSyncStatus } from './session-context';
import { useCountdown } from './use-countdown';
import { useLasting } from './use-lasting';

/** How long changes may be on their way before the indicator says how many there are, milliseconds. */
export const SAVING_PATIENCE_MS = 5_000;

/** How a state feels, for styling: `[data-tone="…"]`. */
export type ConnectionTone = 'ok' | 'busy' | 'waiting' | 'error';

const STOPPED: Readonly<Record<StopReason, string>> = {
  'needs-auth': 'Please sign in again',
  forbidden: 'You have no access to these tasks',
  protocol: 'This page is out of date: reload it',
  'retries-exhausted': 'Not connected',
};

/** Stopped connections that a new try can mend. */
const RETRYABLE: ReadonlySet<StopReason> = new Set<StopReason>(['retries-exhausted']);

/**
 * Says whether the tasks on the screen are those of the server, and what happens next ([NT4]): an element with role
 * `status` and name "Connection". Has no style of its own beyond `className`, `data-state` and `data-tone`.
 */
export function ConnectionIndicator({ className }: { readonly className?: string }) {
  const status = useSyncStatus();
  const session = useContext(SessionContext);
  const waiting = useTaskStore((state) => state.waiting);
  const seconds = useCountdown(status.state === 'waiting' ? status.retryAt : undefined);
  const { tone, text } = describe(status);
  const isSaving = status.state === 'live' && waiting > 0;
  const isStuck = useLasting(isSaving, SAVING_PATIENCE_MS);
  const canRetry = status.state === 'waiting' || (status.state === 'stopped' && RETRYABLE.has(status.reason));
  return (
    <div className={className} data-state={status.state} data-tone={isStuck ? 'waiting' : isSaving ? 'busy' : tone}>
      <span aria-label="Connection" role="status">
        {isStuck ? 'Saving takes long' : isSaving ? 'Saving…' : text}
        {/* Screen readers hear the state once, not each second of the countdown. */}
        {seconds !== undefined && <span aria-hidden="true"> in {seconds} s</span>}
        {(!isSaving || isStuck) && unsavedText(waiting)}
      </span>
      {canRetry && (
        <button onClick={() => session?.connection.connect()} type="button">
          Retry now
        </button>
      )}
    </div>
  );
}

function describe(status: SyncStatus): { readonly tone: ConnectionTone; readonly text: string } {
  switch (status.state) {
    case 'live':
      return { tone: 'ok', text: 'Up to date' };
    case 'connecting':
      return { tone: 'busy', text: 'Connecting…' };
    case 'catching-up':
      return { tone: 'busy', text: 'Catching up…' };
    case 'waiting':
      return { tone: 'waiting', text: 'Reconnecting' };
    case 'off':
      return { tone: 'waiting', text: 'Live updates are off' };
    case 'stopped':
      return { tone: 'error', text: STOPPED[status.reason] };
  }
}

function unsavedText(waiting: number): string {
  if (waiting === 0) return '';
  return ` · ${waiting} ${waiting === 1 ? 'change' : 'changes'} not saved yet`;
}
