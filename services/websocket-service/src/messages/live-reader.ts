import type { EventBatch } from '@/ports/event-batch';
import type { PlainSubscriber } from '@/ports/subscriber';

/**
 * Reads a channel as things happen. What was missed can't be made up for in a dialect without positions, so a gap is told
 * instead of being passed over ([SV144]).
 *
 * @param onGap Called when events of the channel will never come; may be called again.
 * @param onFault Hears what `receive` throws ([SV156]).
 */
export function liveReader(
  receive: (batch: EventBatch) => void,
  onGap: () => void,
  onFault: (error: unknown) => void,
): PlainSubscriber {
  let last: number | undefined;
  return {
    receive(batch) {
      if (last !== undefined && batch.firstSeq > last + 1) return onGap();
      last = Math.max(last ?? 0, batch.lastSeq);
      try {
        receive(batch);
      } catch (error) {
        onFault(error);
      }
    },
    notice(seq) {
      // The first one says where the channel stands.
      if (last !== undefined && seq > last) onGap();
      else last ??= seq;
    },
  };
}
