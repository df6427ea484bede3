import type { Position, Task, Undo } from '@/lib/protocol';
import type { ConflictReceipt, KeptChange, Rejection } from '@/lib/replica';

/** An own change as it is kept, until the server has answered it. */
export interface StoredChange<T extends Task = Task> extends KeptChange<T> {
  /** The tab that sends it. */
  readonly tab: string;
  /** When it was last written, milliseconds of the wall clock; only tells how long nobody cared for it. */
  readonly at: number;
}

/** What happens together or not at all. */
export interface StoreBatch<T extends Task = Task> {
  /** Changes to add, at the end of the order, or to replace in their places, by mutation id. */
  readonly put: readonly StoredChange<T>[];
  /** Ids of changes that need no keeping any more. */
  readonly remove: readonly string[];
  /** Receipts to keep, each in the place of an earlier one with its id. */
  readonly receipts: readonly ConflictReceipt[];
  /** Refused changes to keep aside. */
  readonly rejections: readonly Rejection<T>[];
  /** Ids of receipts, and mutation ids of refusals, that the person has dealt with. */
  readonly dropNotices: readonly string[];
}

/** Changes that a tab has taken over. */
export interface Adoption<T extends Task = Task> {
  /** In the order in which they were made. */
  readonly changes: readonly StoredChange<T>[];
  /** Tabs that keep changes of their own here. */
  readonly others: readonly string[];
  /** How many records made no sense; they are put aside and stay in the database. */
  readonly damaged: number;
}

/** What the server said last, as it stood at the positions. */
export interface StoredBase<T extends Task = Task> {
  readonly epoch: string | undefined;
  readonly positions: Readonly<Record<string, Position>>;
  /** When the server said so, milliseconds of the wall clock; for people. */
  readonly savedAt: number;
  readonly tasks: readonly StoredTask<T>[];
}

/** One task of the base and the channels that carry it. */
export interface StoredTask<T extends Task = Task> {
  readonly task: T;
  readonly channels: readonly string[];
}

/** Tasks of a base that were written together. */
export interface StoredPage<T extends Task = Task> {
  /** Keys of tasks that were gone by then. */
  readonly removed: readonly string[];
  readonly tasks: readonly StoredTask<T>[];
}

/** A step from one kept base to the next. */
export interface BaseUpdate<T extends Task = Task> extends StoredBase<T> {
  /** Keys of tasks that are gone. */
  readonly removed: readonly string[];
  /** Are these all tasks? Otherwise only those that changed since this tab's last update. */
  readonly isWhole: boolean;
}

/**
 * Where one user's waiting changes, receipts, refusals and last known tasks are kept. All promises reject with the
 * storage's own error; what was asked for then did not happen at all.
 */
export interface OutboxStore<T extends Task = Task> {
  /** Does what is written outlive the page? */
  readonly isLasting: boolean;
  /** Resolves once everything is written, as durably as the device can. */
  write(batch: StoreBatch<T>): Promise<void>;
  /** Takes over the changes that `isFree` lets go of; each goes to one tab alone, whoever asks at the same time. */
  adopt(tab: string, isFree: (change: StoredChange<T>) => boolean): Promise<Adoption<T>>;
  /** How many changes wait here, whichever tab's they are. */
  countChanges(): Promise<number>;
  /** Reads what the person has not dealt with. */
  readNotices(): Promise<{
    readonly receipts: readonly ConflictReceipt[];
    readonly rejections: readonly Rejection<T>[];
  }>;
  /** Reads the last known base; `undefined` where none, or no whole one, can be read. */
  readBase(): Promise<StoredBase<T> | undefined>;
  /**
   * Writes base and positions together. `older`: what is kept is newer and stays. `incomplete`: the update needs to be
   * whole, because what it builds on is not there, or is in too many pieces.
   */
  writeBase(update: BaseUpdate<T>): Promise<'written' | 'older' | 'incomplete'>;
  /** Gives up the last known base, to make room. */
  dropBase(): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** Called when the storage was taken away for good: by another version of the application, or because the user left. */
  onLost(listener: () => void): Undo;
  /** Ends the use; everything stays. */
  close(): void;
}

/** Is what is kept ahead of the update in a channel? */
export function isOlder(update: StoredBase, kept: Pick<StoredBase, 'epoch' | 'positions'>): boolean {
  if (update.epoch !== kept.epoch) return false;
  return Object.entries(kept.positions).some(([channel, { seq }]) => seq > (update.positions[channel]?.seq ?? 0));
}

/** A batch of nothing. */
export const EMPTY_BATCH: StoreBatch<never> = { put: [], remove: [], receipts: [], rejections: [], dropNotices: [] };
