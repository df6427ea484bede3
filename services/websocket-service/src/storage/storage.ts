import type { Undo } from '@/ports/clock';
import type { LoggedEvent } from '@/ports/event-log';
import type { Moved } from '@/ports/hints';
import type { StorageMethods } from './storage-methods';

/** Everything that is kept, behind calls with plain data: in this thread or in another one. */
export interface Storage extends StorageMethods {
  /** Names this history; another history (a new or a restored database) has another one. */
  readonly epoch: string;
  /** Hears every batch that this process committed, in commit order, after it is durable and before its author does. */
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  /** Do other processes write here too? Then what they commit is only hinted at. */
  readonly isShared: boolean;
  /** Hears that channels may have moved. Never data, and never sure to come. */
  onHint(listener: (moved: Moved) => void): Undo;
  /** Finishes what runs, then gives the database back. */
  close(): Promise<void>;
}
