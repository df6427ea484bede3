import type { Channel } from '@/lib/protocol';

/** Which events somebody here still has to read. */
export interface HeldEvents {
  /** What comes after `seq` is needed until it is let go. `id` is the caller's own name for the hold. */
  hold(id: string, channel: Channel, after: number): void;
  /** Ends a hold; one that does not exist is none of its business. */
  letGo(id: string): void;
  /** The last seq of a channel that nobody needs; infinite when nobody holds anything. */
  freeUpTo(channel: string): number;
}

/** Makes a register without holds. */
export function createHeldEvents(): HeldEvents {
  const holds = new Map<string, Map<string, number>>();
  const channels = new Map<string, string>();
  return {
    hold(id, channel, after) {
      const ofChannel = holds.get(channel) ?? new Map<string, number>();
      holds.set(channel, ofChannel.set(id, after));
      channels.set(id, channel);
    },
    letGo(id) {
      const channel = channels.get(id);
      if (channel === undefined) return;
      channels.delete(id);
      const ofChannel = holds.get(channel);
      ofChannel?.delete(id);
      if (ofChannel?.size === 0) holds.delete(channel);
    },
    freeUpTo: (channel) => Math.min(...(holds.get(channel)?.values() ?? [])),
  };
}
