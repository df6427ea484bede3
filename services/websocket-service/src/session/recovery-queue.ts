import type { Subscription } from './subscription';

/** Lets the subscriptions of one session recover one after the other, so that one frame at a time is being pulled. */
export interface RecoveryQueue {
  add(subscription: Subscription): void;
}

/** Makes the queue of one session. `onFault` hears what the log could not read; the session can't go on then. */
export function createRecoveryQueue(onFault: (error: unknown) => void): RecoveryQueue {
  let waiting: Subscription[] = [];
  let isBusy = false;

  const drain = async (): Promise<void> => {
    isBusy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.recover();
    } catch (error) {
      onFault(error);
    } finally {
      if (waiting.length === 0) waiting = [];
      isBusy = false;
    }
  };

  return {
    add(subscription) {
      waiting.push(subscription);
      if (!isBusy) void drain();
    },
  };
}
