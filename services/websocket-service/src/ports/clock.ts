/** Takes back what a call set up; calling it again does nothing. */
export type Undo = () => void;

/** Time as the service sees it; tests bring their own. */
export interface Clock {
  /** Wall time, milliseconds since 1970; for people and for token expiry, never for order. */
  now(): number;
  /** Calls `run` once after `delayMs`, however long that is. */
  after(delayMs: number, run: () => void): Undo;
}

/** Node fires a longer timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    // Nearly all are short, and there are some for each connection: these are kept as small as they can be.
    if (delayMs <= MAX_TIMER_MS) {
      const shortTimer = setTimeout(run, Math.max(delayMs, 0)).unref();
      return () => clearTimeout(shortTimer);
    }
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const partMs = Math.min(Math.max(leftMs, 0), MAX_TIMER_MS);
      timer = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : run()), partMs);
      timer.unref();
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};
