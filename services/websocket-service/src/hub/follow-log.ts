import type { Channel } from '@/lib/protocol';
import type { Clock, Undo } from '@/ports/clock';
import { createDeferred, type Deferred } from '@/ports/deferred';
import type { EventLog, LoggedEvent } from '@/ports/event-log';
import type { Moved } from '@/ports/hints';
import type { Logger } from '@/ports/logger';
import { byChannel, type Hub } from './hub';

/** Events read from the log at a time. */
const READ_EVENTS = 256;

/** A log that others write too. */
export interface SharedLog extends Pick<EventLog, 'read' | 'heads'> {
  onCommitted(listener: (events: readonly LoggedEvent[]) => void): Undo;
  onHint(listener: (moved: Moved) => void): Undo;
}

/** What following works with. */
export interface FollowContext {
  readonly log: SharedLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the heads of the served channels are looked up, milliseconds. */
  readonly pollMs: number;
}

/** The following of a log. */
export interface Following {
  /** Events that the log is known to have and that were not announced yet. */
  lag(): number;
  /**
   * Resolves when the subscribers of a channel hear all that is committed from then on, whoever commits it: when it is
   * known where the channel stands ([SV149]). At once for a channel that nobody subscribed to.
   */
  standing(channel: Channel): Promise<void>;
  stop: Undo;
}

interface Follower {
  /** The last seq that was announced; `undefined` until the log has told where the channel stands. */
  announced: number | undefined;
  /** The farthest that the channel is known to be. */
  known: number;
  /** The first seq that was heard of while it was not known where the channel stands: that one is still to be announced. */
  firstHeard: number;
  isReading: boolean;
  /** Resolved when it is known where the channel stands, or nobody listens any more. */
  readonly stands: Deferred<void>;
}

/**
 * Announces to the hub everything that the log holds of the channels that are served here, in order and each once,
 * whoever wrote it ([LG18]): what this process commits from memory, the rest as it is read. Hints say when to look;
 * looking up the heads again and again makes sure.
 */
export function followLog({ log, hub, clock, logger, pollMs }: FollowContext): Following {
  const followers = new Map<Channel, Follower>();
  let isFailing = false;
  let isStopped = false;
  let cancelPoll: Undo = () => {};
  let starting: Channel[] = [];

  const read = async (channel: Channel, follower: Follower): Promise<void> => {
    if (follower.isReading) return;
    follower.isReading = true;
    try {
      while (follower.announced !== undefined && follower.announced < follower.known) {
        const events = await log.read(channel, follower.announced, READ_EVENTS);
        const last = events.at(-1);
        if (last === undefined) giveUp(channel, follower);
        else announce(channel, follower, events, last.seq);
      }
    } catch (error) {
      complain(error);
    } finally {
      follower.isReading = false;
    }
  };

  const announce = (channel: Channel, follower: Follower, events: readonly LoggedEvent[], last: number): void => {
    follower.announced = last;
    follower.known = Math.max(follower.known, last);
    if (followers.get(channel) === follower) hub.announce(events);
  };

  /** Trimmed before it was read: a reader that still needs it finds out that it is behind. */
  const giveUp = (channel: Channel, follower: Follower): void => {
    follower.announced = follower.known;
    hub.notice(channel, follower.known);
  };

  const complain = (error: unknown): void => {
    if (!isFailing) logger.error({ err: error }, 'the log can’t be followed at the moment');
    isFailing = true;
  };

  /** Where the channel stands for sure. */
  const learn = (channel: Channel, head: number): void => {
    const follower = followers.get(channel);
    if (follower === undefined) return;
    if (follower.announced === undefined) {
      follower.announced = Math.max(0, Math.min(head, follower.firstHeard - 1));
      hub.notice(channel, head);
      follower.stands.resolve();
    }
    hear(channel, head);
  };

  const hear = (channel: Channel, seq: number): void => {
    const follower = followers.get(channel);
    if (follower === undefined) return;
    follower.known = Math.max(follower.known, seq);
    if (follower.announced === undefined) follower.firstHeard = Math.min(follower.firstHeard, seq);
    else void read(channel, follower);
  };

  const look = async (channels: readonly Channel[]): Promise<void> => {
    try {
      for (const [channel, { seq }] of await log.heads(channels)) learn(channel, seq);
      isFailing = false;
    } catch (error) {
      complain(error);
    }
  };

  const poll = async (): Promise<void> => {
    if (followers.size > 0) await look([...followers.keys()]);
    if (!isStopped) cancelPoll = clock.after(pollMs, () => void poll());
  };

  const undos = [
    hub.onServed({
      begin(channel) {
        followers.set(channel, {
          announced: undefined,
          known: 0,
          firstHeard: Number.POSITIVE_INFINITY,
          isReading: false,
          stands: createDeferred(),
        });
        // Those that begin in one turn are looked up together.
        if (starting.push(channel) > 1) return;
        queueMicrotask(() => {
          const channels = starting;
          starting = [];
          void look(channels);
        });
      },
      end(channel) {
        followers.get(channel)?.stands.resolve();
        followers.delete(channel);
      },
    }),
    log.onCommitted((events) => {
      for (const [channel, ofChannel] of byChannel(events)) {
        const follower = followers.get(channel);
        const [first, last] = [ofChannel[0]?.seq ?? 0, ofChannel.at(-1)?.seq ?? 0];
        if (follower === undefined) continue;
        if (!follower.isReading && first === (follower.announced ?? Number.NaN) + 1) {
          announce(channel, follower, ofChannel, last);
        } else hear(channel, last);
      }
    }),
    log.onHint((moved) => {
      if (moved === undefined) void look([...followers.keys()]);
      else for (const [channel, seq] of moved) hear(channel, seq);
    }),
  ];
  void poll();

  return {
    lag: () => [...followers.values()].reduce((sum, { known, announced }) => sum + (known - (announced ?? known)), 0),
    standing: async (channel) => followers.get(channel)?.stands.promise,
    stop() {
      isStopped = true;
      cancelPoll();
      for (const undo of undos) undo();
    },
  };
}
