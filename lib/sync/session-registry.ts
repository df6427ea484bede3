import type { Task } from '@/lib/protocol';
import type { Session } from './session-options';

/** How long a session outlives its last holder, milliseconds: a remount or a quick navigation finds it alive ([RX10]). */
export const SESSION_LINGER_MS = 500;

/** A hold on a shared session. */
export interface SessionLease<T extends Task> {
  readonly session: Session<T>;
  /** Lets go; the session ends when nobody took it again in time. Calling it again does nothing. */
  release(): void;
}

interface Entry<T extends Task> {
  readonly session: Session<T>;
  holders: number;
  linger: ReturnType<typeof setTimeout> | undefined;
}

/** Hands out sessions by key, so that equal server and user share one connection. */
export interface SessionRegistry<T extends Task> {
  acquire(key: string, create: () => Session<T>): SessionLease<T>;
}

/** Creates an empty registry. */
export function createSessionRegistry<T extends Task>(): SessionRegistry<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    acquire(key, create) {
      const entry = entries.get(key) ?? { session: create(), holders: 0, linger: undefined };
      entries.set(key, entry);
      clearTimeout(entry.linger);
      entry.holders += 1;
      let held = true;
      return {
        session: entry.session,
        release() {
          if (!held) return;
          held = false;
          entry.holders -= 1;
          if (entry.holders > 0) return;
          entry.linger = setTimeout(() => {
            entries.delete(key);
            entry.session.dispose();
          }, SESSION_LINGER_MS);
        },
      };
    },
  };
}
