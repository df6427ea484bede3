import type { Channel, Position } from '@/lib/protocol';
import type { Undo } from './clock';

/** An event before it has a place in its channel. */
export interface NewEvent {
  readonly channel: Channel;
  /** Unique within the channel: a second append is a duplicate. */
  readonly eventId: string;
  readonly type: 'task_update' | 'access_removed';
  /** The task that the event is about; absent where it is about a whole channel. */
  readonly taskId?: string;
  /** The task's version after the event; absent where the event does not change the task, as in a share ([SV60]). */
  readonly version?: number;
  /** The native message as a JSON object, without `type`, `channel` and `seq`. */
  readonly body: string;
}

/** An event at its place, as the log committed it. */
export interface LoggedEvent extends Omit<NewEvent, 'type'> {
  readonly seq: number;
  /** `skip`: the readers of this channel may no longer see what stood here. */
  readonly type: NewEvent['type'] | 'skip';
}

/** What became of one appended event. */
export type AppendResult =
  | { readonly outcome: 'appended'; readonly event: LoggedEvent }
  /** The channel holds this event id already, at `seq`. */
  | { readonly outcome: 'duplicate'; readonly seq: number }
  /** The channel holds this version of the task, or a newer one. */
  | { readonly outcome: 'stale' };

/** How much of each channel `trim` leaves. */
export interface Retention {
  readonly maxEvents: number;
  /** Milliseconds. */
  readonly maxAgeMs: number;
  /** Bytes of the bodies together. */
  readonly maxBytes: number;
}

/**
 * The durable, ordered record of every channel. Each channel's `seq` counts 1, 2, 3, … without gaps, in the order of
 * commits. Arguments and results are plain data, so that an adapter may live in another thread.
 */
export interface EventLog {
  /** Names this history; another history (a new or a restored database) has another one. */
  readonly epoch: string;
  /** Appends in one transaction, all or nothing; one result per event, in order. Resolves once durable. */
  append(batch: readonly NewEvent[]): Promise<readonly AppendResult[]>;
  /**
   * Up to `limit` events after `after`, in order, fewer where they are large ([LG35]). Empty at the head; starts later than
   * `after + 1` where history was trimmed.
   */
  read(channel: Channel, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Where each channel stands; a channel that nobody has written to stands at 0. */
  heads(channels: readonly Channel[]): Promise<ReadonlyMap<Channel, Position>>;
  /** Keeps what comes after `seq` from being trimmed, as long as this process lives and until it is undone. */
  hold(channel: Channel, after: number): Undo;
  /** Forgets events beyond the retention, but none that is held; heads stay. Returns how many went. */
  trim(retention: Retention): Promise<number>;
  /** Hears every committed batch of this process, in commit order, after it is durable. */
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  /** Hears that channels may have moved, whoever moved them. Never data: what happened is read from the log. */
  onHint(listener: (channels: readonly Channel[]) => void): Undo;
}
