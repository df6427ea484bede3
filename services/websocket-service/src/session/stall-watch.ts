import type { Clock, Undo } from '@/ports/clock';

/** Watches whether one peer takes what it is sent. */
export interface StallWatch {
  /** Something waits for the peer. */
  sent(): void;
  /** The operating system has taken a frame for the peer. */
  taken(): void;
  stop: Undo;
}

/** The watch looks three times per span: exact enough, and no timer is moved for each frame. */
const LOOKS = 3;

/** Calls `onStalled` when frames waited and none was taken for `stallMs`, or up to a third longer. */
export function watchForStall(clock: Clock, stallMs: number, onStalled: () => void): StallWatch {
  let waiting = 0;
  let idleLooks = 0;
  let cancel: Undo | undefined;

  const look = (): void => {
    cancel = undefined;
    if (waiting === 0) return;
    idleLooks += 1;
    if (idleLooks > LOOKS) onStalled();
    else cancel = clock.after(stallMs / LOOKS, look);
  };

  return {
    sent() {
      waiting += 1;
      if (cancel !== undefined) return;
      idleLooks = 1;
      cancel = clock.after(stallMs / LOOKS, look);
    },
    taken() {
      waiting -= 1;
      idleLooks = 0;
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
