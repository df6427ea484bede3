import type { ConnectionSource, Connector, Position, Task, TaskList, Undo } from '@/lib/protocol';
import type { TaskPort } from '@/lib/replica';
import type { Device } from './device';
import type { SessionEnvironment } from './session-environment';
import type { SyncStatus } from './sync-status';

/** What a session is made of. */
export interface SessionOptions<T extends Task> {
  readonly userId: string;
  readonly connector: Connector<T>;
  /** The connection; the session owns it from now on. */
  readonly connection: ConnectionSource<T> & {
    dispose(): void;
    setPositions?(positions: Readonly<Record<string, Position>>): void;
  };
  /** What the server already rendered, with its positions: the session goes on from there without a request. */
  readonly initial?: TaskList<T> | undefined;
  /** Where to keep what must outlive the page. Default: nowhere. */
  readonly device?: Device<T> | undefined;
  readonly environment?: SessionEnvironment;
}

/** One user's tasks kept the same as the server's: owns the replica, joins connection and outbox. */
export interface Session<T extends Task = Task> extends TaskPort<T> {
  readonly userId: string;
  readonly connection: ConnectionSource<T>;
  /** What the indicator says; the same object until it changes. */
  getStatus(): SyncStatus;
  /** Called after each change of the status. */
  onStatus(listener: () => void): Undo;
  /** Ends connection and outbox. */
  dispose(): void;
}
