import type { Clock, Undo } from '@/ports/clock';

/** Watches whether one peer takes what it is sent. */
export interface StallWatch {
  /** Something waits for the peer. */
  sent(): void;
  /** The operating system has taken a frame for the peer. */
  taken(): void;
  stop: Undo;
}

/** Calls `onStalled` when `stallMs` passed in which frames waited and none was taken. */
export function watchForStall(clock: Clock, stallMs: number, onStalled: () => void): StallWatch {
  let waiting = 0;
  let hasTaken = false;
  let cancel: Undo | undefined;

  const look = (): void => {
    cancel = undefined;
    if (waiting === 0) return;
    if (hasTaken) arm();
    else onStalled();
  };
  const arm = (): void => {
    hasTaken = false;
    cancel = clock.after(stallMs, look);
  };

  return {
    sent() {
      waiting += 1;
      if (cancel === undefined) arm();
    },
    taken() {
      waiting -= 1;
      hasTaken = true;
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
