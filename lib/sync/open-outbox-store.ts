import type { Task } from '@/lib/protocol';
import { createMemoryOutboxStore } from './memory-outbox-store';
import type { OutboxStore } from './outbox-store';
import type { SessionEnvironment } from './session-environment';

/** The longest that opening the storage may take, milliseconds; some browsers never answer in private windows. */
export const OPEN_DEADLINE_MS = 3_000;

/** A storage that is ready. */
export interface OpenedStore<T extends Task> {
  readonly store: OutboxStore<T>;
  /** Why it does not last, as a sentence for people; `null` where it lasts or nobody expects it to. */
  readonly problem: string | null;
}

/**
 * Opens a lasting storage, or says why there is none and gives one that lives as long as the page. Never rejects and never
 * takes longer than {@link OPEN_DEADLINE_MS} ([OB10]).
 *
 * @param open Opens the lasting one; what it gives after the deadline is closed again.
 */
export function openOutboxStore<T extends Task>(
  open: () => Promise<OutboxStore<T>>,
  setTimer: SessionEnvironment['setTimer'],
  fallback: () => OutboxStore<T> = createMemoryOutboxStore,
): Promise<OpenedStore<T>> {
  return new Promise((resolve) => {
    let isLate = false;
    const giveUp = (problem: string) => {
      isLate = true;
      cancel();
      resolve({ store: fallback(), problem });
    };
    const cancel = setTimer(OPEN_DEADLINE_MS, () =>
      giveUp('The storage of this device does not answer, perhaps because another tab holds it: close other tabs.'),
    );
    open().then(
      (store) => {
        if (isLate) store.close();
        cancel();
        resolve({ store, problem: null });
      },
      (error: unknown) => giveUp(reasonOf(error)),
    );
  });
}

/** What a failing storage means to a person. */
export function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') return 'The storage of this device is full: make room to keep changes here.';
  if (name === 'VersionError') return 'A newer version of this page was used on this device: reload the page.';
  if (name === 'SecurityError') return 'The browser forbids this page to store anything.';
  return `The storage of this device failed (${error instanceof Error ? error.message : String(error)}).`;
}
