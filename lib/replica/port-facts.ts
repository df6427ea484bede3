import type { ConflictReceipt } from './patch';
import type { Rejection } from './task-port';

/**
 * How safe the user's own changes of one task are: not kept anywhere yet (`saving`), written to this device but not
 * acknowledged by the server, refused for good, or at the server (`saved`, also where nothing was changed).
 */
export type TaskSafety = 'saving' | 'on this device' | 'rejected' | 'saved';

/** What this device keeps of what the server does not have yet. */
export interface DeviceFacts {
  /** `yes`: own changes survive the end of the page. `no`: they live as long as the page. `opening`: not known yet. */
  readonly keeps: 'opening' | 'yes' | 'no';
  /** What went wrong with the storage, as a sentence for people; `null` when nothing did. */
  readonly problem: string | null;
  /**
   * When what is shown was last known to be the server's, in milliseconds of the wall clock; `null` once the server has
   * spoken. Only for people.
   */
  readonly lastKnownAt: number | null;
}

/** What the owner of a replica knows besides the tasks. The same object, with the same lists, until something changes. */
export interface PortFacts {
  /** What remote changes took from this user, oldest first, one per task and field. */
  readonly receipts: readonly ConflictReceipt[];
  /** Own changes that the server refused for good, oldest first. */
  readonly rejections: readonly Rejection[];
  readonly device: DeviceFacts;
}

/** Nothing kept, nothing taken, nothing refused. */
export const NO_FACTS: PortFacts = {
  receipts: [],
  rejections: [],
  device: { keeps: 'no', problem: null, lastKnownAt: null },
};
