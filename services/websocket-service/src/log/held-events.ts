import type { Channel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';

/** Which events somebody here still has to read. */
export interface HeldEvents {
  /** What comes after `seq` is needed until the hold is undone. */
  hold(channel: Channel, after: number): Undo;
  /** The last seq of a channel that nobody needs; infinite when nobody holds anything. */
  freeUpTo(channel: string): number;
}

/** Makes a register without holds. */
export function createHeldEvents(): HeldEvents {
  const holds = new Map<string, Set<{ readonly after: number }>>();
  return {
    hold(channel, after) {
      const own = { after };
      const ofChannel = holds.get(channel) ?? new Set();
      holds.set(channel, ofChannel.add(own));
      return () => {
        ofChannel.delete(own);
        if (ofChannel.size === 0 && holds.get(channel) === ofChannel) holds.delete(channel);
      };
    },
    freeUpTo: (channel) => Math.min(...[...(holds.get(channel) ?? [])].map(({ after }) => after)),
  };
}
