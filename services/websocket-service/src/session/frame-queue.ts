/** Handles frames one after the other, in the order of their arrival, though handling may take time. */
export interface FrameQueue {
  add(frame: string | undefined): void;
  /** Forgets what waits; nothing more is handled. */
  stop(): void;
}

/**
 * Makes the queue of one session.
 *
 * @param handle Must not reject.
 * @param onOverflow Called once when more than `maxWaiting` frames wait; nothing more is handled.
 */
export function createFrameQueue(
  handle: (frame: string | undefined) => void | Promise<void>,
  maxWaiting: number,
  onOverflow: () => void,
): FrameQueue {
  let waiting: (string | undefined)[] = [];
  let isBusy = false;
  let isStopped = false;

  const drain = async (): Promise<void> => {
    isBusy = true;
    while (!isStopped && waiting.length > 0) await handle(waiting.shift());
    // An emptied array keeps its room; most queues are empty most of the time.
    waiting = [];
    isBusy = false;
  };

  const stop = (): void => {
    isStopped = true;
    waiting = [];
  };

  return {
    add(frame) {
      if (isStopped) return;
      waiting.push(frame);
      if (!isBusy) void drain();
      else if (waiting.length > maxWaiting) {
        stop();
        onOverflow();
      }
    },
    stop,
  };
}
