import type { Clock, Undo } from '@/ports/clock';

/** When a session is told that its token ends. */
export interface TokenTimes {
  /** How long before the end, milliseconds. */
  readonly noticeMs: number;
  /** How long after the end the session may live on, milliseconds. */
  readonly graceMs: number;
}

/** What happens then. */
export interface TokenWatchEvents {
  /** The token ends in `inMs`; called once per token, at once when less than the notice is left. */
  onExpiring(inMs: number): void;
  /** The token's end and the grace are over. */
  onExpired(): void;
}

/** Watches one token; a refreshed one gets a watch of its own. @returns stops watching. */
export function watchToken(clock: Clock, expiresAt: number, times: TokenTimes, events: TokenWatchEvents): Undo {
  const leftMs = (): number => Math.max(0, expiresAt - clock.now());
  let cancel = clock.after(leftMs() - times.noticeMs, () => {
    // No more than the notice is left, even if the clock was set back meanwhile ([SV118]).
    const inMs = Math.min(leftMs(), Math.max(0, times.noticeMs));
    events.onExpiring(inMs);
    cancel = clock.after(inMs + times.graceMs, events.onExpired);
  });
  return () => cancel();
}
