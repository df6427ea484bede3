/** One at a time, in the order of asking. */
export interface Mutex {
  /** Resolves when it is the caller's turn. */
  take(): Promise<void>;
  /** Takes the turn when nobody has it, without a promise. */
  takeIfFree(): boolean;
  /** Ends the turn; the next one begins. */
  pass(): void;
}

const COMPACT_AFTER = 1_000;

/** Makes a mutex that nobody holds. */
export function createMutex(): Mutex {
  let waiting: (() => void)[] = [];
  let next = 0;
  let isTaken = false;

  const takeIfFree = (): boolean => {
    const isFree = !isTaken;
    isTaken = true;
    return isFree;
  };

  return {
    takeIfFree,
    async take() {
      if (takeIfFree()) return;
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    pass() {
      const start = waiting[next];
      next += 1;
      if (next > COMPACT_AFTER || start === undefined) {
        waiting = waiting.slice(next);
        next = 0;
      }
      if (start === undefined) isTaken = false;
      else start();
    },
  };
}
