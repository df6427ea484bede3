import type { Channel } from '@/lib/protocol';
import type { Undo } from './clock';

/** Channels that moved, with how far they came at least; `undefined`: any may have moved. Never data. */
export type Moved = ReadonlyMap<Channel, number> | undefined;

/** How the replicas on one database wake each other. Hints may be lost; nobody may rely on one. */
export interface Hints {
  /** Tells the other replicas, soon. */
  tell(moved: ReadonlyMap<Channel, number>): void;
  /** Hears what the others told, this process's own hints included. */
  onHint(listener: (moved: Moved) => void): Undo;
}
