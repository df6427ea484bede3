import {
  type Channel,
  encodeServerMessage,
  MAX_SERVER_FRAME_BYTES,
  MAX_SNAPSHOT_TASKS,
  type Position,
} from '@/lib/protocol';
import type { Opening } from '@/ports/channel-reader';
import { groupBySize } from './event-frames';

/** Writes what starts a subscription: `subscribed`, and without recovery the pages of the snapshot, made as they are taken. */
export function* openingFrames(channel: Channel, opening: Opening): Iterable<string> {
  const { position, recovered } = opening;
  yield encodeServerMessage({
    type: 'subscribed',
    channel,
    position,
    recovered,
    replayed: opening.recovered ? opening.replayed : 0,
  });
  if (!opening.recovered) yield* snapshotPages(channel, position, opening.tasks);
}

function* snapshotPages(channel: Channel, position: Position, tasks: readonly string[]): Iterable<string> {
  const head = `{"type":"snapshot","channel":${JSON.stringify(channel)},"position":${JSON.stringify(position)},"tasks":[`;
  const tailOf = (page: number, last: boolean): string => `],"page":${page},"last":${last}}`;
  const roomBytes = MAX_SERVER_FRAME_BYTES - Buffer.byteLength(head) - tailOf(Number.MAX_SAFE_INTEGER, false).length;
  const pages = groupBySize(tasks, roomBytes, MAX_SNAPSHOT_TASKS);
  if (pages.length === 0) yield `${head}${tailOf(0, true)}`;
  for (const [page, bodies] of pages.entries()) {
    yield `${head}${bodies.join(',')}${tailOf(page, page === pages.length - 1)}`;
  }
}
