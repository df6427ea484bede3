import type { Task } from '@/lib/protocol';
import { createPatch, isEmptyPatch, type Patch } from '@/lib/replica';

/** Calls back once the present turn of the event loop is over; not before, and soon also in a hidden tab. */
export type ScheduleTurn = (callback: () => void) => void;

/**
 * Gathers the changes of a burst: the first is delivered at once, those that follow in the same turn together at its end
 * ([RX13]).
 *
 * @param deliver Gets each patch; never an empty one.
 */
export function createTurnBatcher<T extends Task>(deliver: (patch: Patch<T>) => void, scheduleTurn: ScheduleTurn) {
  let gathered = createPatch<T>();
  let inBurst = false;

  const flush = (): boolean => {
    const patch = gathered;
    if (isEmptyPatch(patch)) return false;
    gathered = createPatch<T>();
    deliver(patch);
    return true;
  };
  const endTurn = () => {
    // While news keeps coming, the next turn is gathered too.
    inBurst = flush();
    if (inBurst) scheduleTurn(endTurn);
  };

  /** Runs one change of the replica. */
  return (change: (patch: Patch<T>) => void): void => {
    change(gathered);
    if (inBurst || !flush()) return;
    inBurst = true;
    scheduleTurn(endTurn);
  };
}

/** The default: a message to oneself. Timers would wait for up to a minute in a hidden tab, animation frames for ever. */
export const scheduleByMessage: ScheduleTurn = (callback) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
};
