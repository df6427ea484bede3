import type { ChannelReader } from '@/ports/channel-reader';
import type { Metrics } from '@/ports/metrics';

/** The same reader, which counts how subscriptions start. */
export function countRecoveries(reader: ChannelReader, metrics: Metrics): ChannelReader {
  return {
    async open(channel, position, isWanted) {
      const opening = await reader.open(channel, position, isWanted);
      if (opening === undefined) return undefined;
      metrics.recoveries.add(opening.recovered ? 'replay' : 'snapshot');
      if (opening.recovered) metrics.replayedEvents.add(opening.replayed);
      return opening;
    },
    read: (channel, after, limit) => reader.read(channel, after, limit),
  };
}
