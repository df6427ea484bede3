import {
  type Channel,
  encodeServerMessage,
  isRecord,
  MAX_SERVER_FRAME_BYTES,
  MAX_SNAPSHOT_TASKS,
  type Position,
} from '@/lib/protocol';
import type { Opening } from '@/ports/channel-reader';
import type { Withdrawn } from '@/session/subscription';
import { groupBySize } from './event-frames';

/**
 * Writes what starts a subscription: `subscribed`, and without recovery the pages of the snapshot, made as they are taken.
 * A task that was withdrawn after the position when its page is made is left out ([SV63]).
 */
export function* openingFrames(channel: Channel, opening: Opening, withdrawn: Withdrawn = new Map()): Iterable<string> {
  const { position, recovered } = opening;
  yield encodeServerMessage({
    type: 'subscribed',
    channel,
    position,
    recovered,
    replayed: opening.recovered ? opening.replayed : 0,
    ...(!opening.recovered && opening.source && { source: opening.source }),
  });
  if (!opening.recovered && opening.source === undefined)
    yield* snapshotPages(channel, position, opening.tasks, withdrawn);
}

function* snapshotPages(
  channel: Channel,
  position: Position,
  tasks: readonly string[],
  withdrawn: Withdrawn,
): Iterable<string> {
  const head = `{"type":"snapshot","channel":${JSON.stringify(channel)},"position":${JSON.stringify(position)},"tasks":[`;
  const tailOf = (page: number, last: boolean): string => `],"page":${page},"last":${last}}`;
  const roomBytes = MAX_SERVER_FRAME_BYTES - Buffer.byteLength(head) - tailOf(Number.MAX_SAFE_INTEGER, false).length;
  const pages = groupBySize(tasks, roomBytes, MAX_SNAPSHOT_TASKS);
  if (pages.length === 0) yield `${head}${tailOf(0, true)}`;
  for (const [page, bodies] of pages.entries()) {
    const isVisible = (body: string): boolean => (withdrawn.get(idOf(body)) ?? 0) <= position.seq;
    const visible = withdrawn.size === 0 ? bodies : bodies.filter(isVisible);
    yield `${head}${visible.join(',')}${tailOf(page, page === pages.length - 1)}`;
  }
}

function idOf(body: string): string {
  const task: unknown = JSON.parse(body);
  return isRecord(task) ? String(task.id) : '';
}
