import {
  encodeTaskUpdate,
  isRecord,
  isTaskId,
  MAX_SERVER_FRAME_BYTES,
  type TaskEvent,
  type TaskUpdate,
  taskEventOf,
} from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';

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

/** Writes events in seed 001's form, one frame each. */
export function plainFrames(events: readonly LoggedEvent[]): readonly string[] {
  return events.flatMap((event) => {
    const canonical = canonicalEvent(event);
    return canonical === undefined ? [] : [JSON.stringify(encodeTaskUpdate(canonical))];
  });
}

/** Cuts texts into groups that, joined by commas, stay within `maxBytes`; `maxCount` bounds a group's length. */
export function groupBySize(
  texts: readonly string[],
  maxBytes: number,
  maxCount = Number.POSITIVE_INFINITY,
): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let group: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text) + 1;
    if (group.length > 0 && (bytes + size > maxBytes || group.length === maxCount)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(text);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

function nativeMessage({ type, channel, seq, body }: LoggedEvent): string {
  return `{"type":"${type}","channel":${JSON.stringify(channel)},"seq":${seq},${body.slice(1)}`;
}

function canonicalEvent({ type, channel, seq, body }: LoggedEvent): TaskEvent | undefined {
  const message: unknown = JSON.parse(body);
  if (!isRecord(message)) return undefined;
  if (type === 'task_update') {
    return taskEventOf({ ...(message as unknown as TaskUpdate), type: 'task_update', channel, seq });
  }
  const target = message.target;
  // Seed 001 has no word for lost access: its clients see a delete.
  return isRecord(target) && isTaskId(target.taskId) ? { kind: 'deleted', taskId: target.taskId } : undefined;
}
