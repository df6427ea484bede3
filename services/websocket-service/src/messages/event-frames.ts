import { encodeServerMessage, MAX_SERVER_FRAME_BYTES } from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';
import { groupsOf } from './groups-of';

const BATCH_HEAD = '{"type":"batch","events":[';
const BATCH_TAIL = ']}';

/** Writes events as native frames: a lone event as it is, several as batches within the frame limit. */
export function nativeFrames(events: readonly LoggedEvent[]): readonly string[] {
  const texts = events.map(nativeMessage);
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return [only];
  return groupBySize(texts, MAX_SERVER_FRAME_BYTES - BATCH_HEAD.length - BATCH_TAIL.length).map(
    (group) => `${BATCH_HEAD}${group.join(',')}${BATCH_TAIL}`,
  );
}

/** Cuts texts into groups that, joined by commas, stay within `maxBytes`; `maxCount` bounds a group's length. */
export function groupBySize(
  texts: readonly string[],
  maxBytes: number,
  maxCount?: number,
): readonly (readonly string[])[] {
  return groupsOf(texts, (text) => Buffer.byteLength(text) + 1, maxBytes, maxCount);
}

function nativeMessage({ type, channel, seq, body }: LoggedEvent): string {
  if (type === 'skip') return encodeServerMessage({ type, channel, seq });
  return `{"type":"${type}","channel":${JSON.stringify(channel)},"seq":${seq},${body.slice(1)}`;
}
