import { isCount, isRecord, isText } from './task';

/**
 * A place in the history of one channel. `epoch` belongs to the log and is the same for all channels; `seq` counts 1, 2,
 * 3, … without gaps, 0 is before the first event. Where `eventId` is given and another event stands at that seq, the
 * position is not of this history.
 */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
  readonly eventId?: string;
}

/** Is this a position as it stands on the wire? */
export function isPosition(value: unknown): value is Position {
  return (
    isRecord(value) &&
    isText(value.epoch) &&
    isCount(value.seq) &&
    (value.eventId === undefined || isText(value.eventId))
  );
}
